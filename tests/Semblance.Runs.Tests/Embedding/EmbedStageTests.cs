using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Tensors;

namespace Semblance.Runs.Tests.Embedding;

public sealed class EmbedStageTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_second_run_embeds_nothing_and_reads_the_same_vectors()
    {
        var rows = _place.Images(2, 3, 5);
        using var first = new FakeEncoder();
        var before = await Vectors(_place.Run(), first, rows);
        using var second = new FakeEncoder();
        var after = await Vectors(_place.Run(), second, rows);
        Assert.Equal(30, first.Encoded);
        Assert.Equal(0, second.Encoded + second.Prepared);
        Assert.Equal(Bits(before), Bits(after));
    }

    [Fact]
    public async Task Several_encoders_give_what_each_gives_alone()
    {
        var rows = _place.Images(2, 3, 5);
        using var one = new FakeEncoder(dimension: 8, batchSize: 4, weights: "w1");
        using var two = new FakeEncoder(dimension: 5, batchSize: 3, weights: "w2") { Lanes = 2 };
        var alone = await Vectors(new RunFolder(_place.At("first")), one, rows);
        var second = await Vectors(new RunFolder(_place.At("second")), two, rows);

        using var a = new FakeEncoder(dimension: 8, batchSize: 4, weights: "w1");
        using var b = new FakeEncoder(dimension: 5, batchSize: 3, weights: "w2") { Lanes = 2 };
        List<EmbedProgress> heard = [];
        var both = await EmbedStage.RunAsync(
            _place.Run(),
            [a, b],
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(Progress: new Listener(heard)),
            Token
        );
        Assert.Equal(Bits(alone), Bits(Read(both[0], rows.Count)));
        Assert.Equal(Bits(second), Bits(Read(both[1], rows.Count)));
        Assert.Equal((30, 30, 30, 30), (a.Encoded, b.Encoded, a.Prepared, b.Prepared));
        Assert.Equal(new EmbedProgress(30, 30, 0, 0), heard[^1]);
        Assert.Equal((30, 30), (both[0].Embedded, both[1].Embedded));

        // A third beside them is the only one that has work, and does not ask the others.
        using var c = new FakeEncoder(dimension: 8, weights: "w3");
        var three = await EmbedStage.RunAsync(
            _place.Run(),
            [a, b, c],
            new ImageInput(rows, PromptsAreRaw: false),
            null,
            Token
        );
        Assert.Equal((30, 30, 30), (a.Prepared, b.Prepared, c.Prepared));
        Assert.Equal((0, 0, 30), (three[0].Embedded, three[1].Embedded, three[2].Embedded));
        foreach (var result in both.Concat(three))
        {
            result.Dispose();
        }
    }

    [Fact]
    public async Task A_file_that_is_bad_for_one_encoder_is_listed_for_it_and_serves_the_other()
    {
        List<ImageRow> rows = [.. _place.Images(1, 1, 3)];
        var odd = _place.File("x/odd.png", "ODD one");
        rows.Add(new ImageRow(rows[0].Model, rows[0].Prompt, "9", odd));
        using var a = new FakeEncoder();
        using var b = new FakeEncoder(weights: "w2") { Refuses = "ODD" };
        var fault = await Assert.ThrowsAsync<InputException>(() =>
            EmbedStage.RunAsync(_place.Run(), [a, b], new ImageInput(rows, PromptsAreRaw: false), null, Token)
        );
        Assert.Contains($"{odd}: this is no image (fake)", fault.Message, StringComparison.Ordinal);
        var results = await EmbedStage.RunAsync(
            _place.Run(),
            [a, b],
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(SkipBad: true),
            Token
        );
        Assert.True(results[0].Has(3));
        Assert.False(results[1].Has(3));
        Assert.Empty(results[0].Skipped);
        Assert.Equal(odd, Assert.Single(results[1].Skipped).Path);
        Assert.All(_place.Run().ReadImages(), image => Assert.NotNull(image.Sha256));
        foreach (var result in results)
        {
            result.Dispose();
        }
    }

    [Fact]
    public async Task Stopped_with_several_encoders_each_keeps_what_it_finished()
    {
        var rows = _place.Images(1, 4, 5);
        using var stop = new CancellationTokenSource();
        using var a = new FakeEncoder { OnBatch = done => StopAt(done, 12, stop) };
        using var b = new FakeEncoder(weights: "w2");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            EmbedStage.RunAsync(_place.Run(), [a, b], new ImageInput(rows, PromptsAreRaw: false), null, stop.Token)
        );
        using var again = new FakeEncoder();
        using var other = new FakeEncoder(weights: "w2");
        var results = await EmbedStage.RunAsync(
            _place.Run(),
            [again, other],
            new ImageInput(rows, PromptsAreRaw: false),
            null,
            Token
        );
        Assert.InRange(again.Encoded, 1, 8);
        Assert.InRange(other.Encoded, 0, 19);
        Assert.Equal(20, results[0].Distinct);
        foreach (var result in results)
        {
            result.Dispose();
        }

        static void StopAt(int done, int most, CancellationTokenSource stop)
        {
            if (done >= most)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public async Task Stored_vectors_have_unit_norm_and_the_norm_that_they_had()
    {
        var path = _place.File("x/1.png", "abc");
        using var encoder = new FakeEncoder();
        var pixels = new float[encoder.InputLength];
        encoder.Prepare("abc"u8.ToArray(), pixels);
        var raw = new float[8];
        encoder.Encode(pixels, 1, raw);
        var norm = Math.Sqrt(raw.Sum(value => (double)value * value));

        using var result = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput([new ImageRow("m", "p", "1", path)], PromptsAreRaw: false),
            new EmbedOptions(),
            Token
        );
        var unit = new float[8];
        Assert.Equal((float)norm, result.Read([0], unit));
        for (var k = 0; k < 8; k++)
        {
            Assert.Equal((float)(raw[k] / norm), unit[k]);
        }
    }

    /// <summary>Vectors that lie side by side are read at once: in whatever order and chunks, each is that of its row.</summary>
    [Fact]
    public async Task Rows_are_read_together_as_they_are_one_by_one()
    {
        using var encoder = new FakeEncoder();
        ImageRow[] images =
        [
            .. Enumerable
                .Range(0, 7)
                .Select(i => new ImageRow("m", "p", $"{i}", _place.File($"x/{i}.png", new string('a', i + 1)))),
        ];
        using var result = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(images, PromptsAreRaw: false),
            new EmbedOptions { ChunkImages = 3 },
            Token
        );
        int[] order = [4, 5, 6, 0, 1, 3, 2, 2];
        var together = new float[order.Length * 8];
        var least = result.Read(order, together);
        var norms = new float[order.Length];
        var alone = new float[8];
        for (var i = 0; i < order.Length; i++)
        {
            norms[i] = result.Read([order[i]], alone);
            Assert.Equal(alone, together[(i * 8)..((i + 1) * 8)]);
        }

        Assert.Equal(norms.Min(), least);
        Assert.NotEqual(norms.Max(), least);
    }

    [Fact]
    public async Task Batches_are_filled_across_sets()
    {
        var rows = _place.Images(2, 3, 3);
        using var encoder = new FakeEncoder(batchSize: 5);
        await Vectors(_place.Run(), encoder, rows);
        Assert.Equal([5, 5, 5, 3], encoder.Batches);
    }

    [Fact]
    public async Task The_same_content_is_embedded_once()
    {
        List<ImageRow> rows = [];
        for (var i = 0; i < 40; i++)
        {
            rows.Add(new ImageRow("m", "p", $"{i}", _place.File($"d/{i}.png", $"content {i % 7}")));
        }

        using var encoder = new FakeEncoder();
        var vectors = await Vectors(_place.Run(), encoder, rows);
        Assert.Equal(7, encoder.Encoded);
        Assert.Equal(vectors[3], vectors[10]);
        Assert.NotEqual(vectors[3], vectors[4]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(17)]
    public async Task A_cancelled_run_goes_on_and_ends_equal_to_the_bit(int after)
    {
        var rows = _place.Images(2, 4, 5);
        using var whole = new FakeEncoder();
        var expected = await Vectors(_place.Run("whole"), whole, rows);

        using var stop = new CancellationTokenSource();
        using var cut = new FakeEncoder() { OnBatch = done => Cancel(done >= after, stop) };
        var options = new EmbedOptions() { ChunkImages = 8 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            EmbedStage.RunAsync(_place.Run(), cut, new ImageInput(rows, PromptsAreRaw: false), options, stop.Token)
        );
        Assert.InRange(cut.Encoded, after, 39);

        // Another size of batch, so that neighbours differ.
        using var rest = new FakeEncoder(batchSize: 3);
        var vectors = await Vectors(_place.Run(), rest, rows);
        Assert.Equal(40, cut.Encoded + rest.Encoded);
        Assert.Equal(Bits(expected), Bits(vectors));
    }

    [Fact]
    public async Task A_network_that_fails_loses_no_finished_work()
    {
        var rows = _place.Images(1, 4, 5);
        using var failing = new FakeEncoder()
        {
            OnBatch = done =>
                throw (done < 12 ? new TimeoutException() : new InvalidOperationException("out of memory")),
        };
        using var half = new FakeEncoder() { OnBatch = done => ThrowIf(done >= 12) };
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                half,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(),
                Token
            )
        );
        using var rest = new FakeEncoder();
        await Vectors(_place.Run(), rest, rows);
        Assert.Equal(20 - 12, rest.Encoded);
        await Assert.ThrowsAsync<TimeoutException>(() =>
            EmbedStage.RunAsync(
                _place.Run("other"),
                failing,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(),
                Token
            )
        );
    }

    [Fact]
    public async Task Batches_that_overtake_each_other_are_stored_as_if_they_had_not()
    {
        var rows = _place.Images(2, 4, 5);
        var options = new EmbedOptions() { ChunkImages = 8 };
        using var alone = new FakeEncoder();
        using (
            await EmbedStage.RunAsync(
                _place.Run("alone"),
                alone,
                new ImageInput(rows, PromptsAreRaw: false),
                options,
                Token
            )
        ) { }

        using var three = new Barrier(3);
        var calls = 0;
        using var lanes = new FakeEncoder()
        {
            Lanes = 3,
            OnBatch = _ =>
            {
                var call = Interlocked.Increment(ref calls);
                // The first three go on only when all of them are there: they are at work at once.
                Assert.True(call > 3 || three.SignalAndWait(TimeSpan.FromMinutes(1), Token));
                Thread.Sleep(call % 3 == 1 ? 40 : 0);
            },
        };
        using (
            await EmbedStage.RunAsync(
                _place.Run("lanes"),
                lanes,
                new ImageInput(rows, PromptsAreRaw: false),
                options,
                Token
            )
        ) { }

        Assert.Equal(Chunks("alone"), Chunks("lanes"));
        Assert.Equal(5, Chunks("lanes").Count);
    }

    [Fact]
    public async Task A_batch_that_fails_takes_none_of_those_beside_it_along()
    {
        var rows = _place.Images(1, 3, 4);
        using var both = new Barrier(2);
        var calls = 0;
        using var failing = new FakeEncoder()
        {
            Lanes = 2,
            OnBatch = _ =>
            {
                var call = Interlocked.Increment(ref calls);
                Assert.True(call > 2 || both.SignalAndWait(TimeSpan.FromMinutes(1), Token));
                ThrowIf(call == 1);
                Thread.Sleep(40);
            },
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                failing,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(),
                Token
            )
        );
        using var rest = new FakeEncoder();
        await Vectors(_place.Run(), rest, rows);
        Assert.InRange(failing.Encoded, 4, 8);
        Assert.Equal(12, failing.Encoded + rest.Encoded);
    }

    [Fact]
    public async Task Embeddings_of_another_encoder_are_not_reused()
    {
        var rows = _place.Images(1, 1, 3);
        using var one = new FakeEncoder();
        using var two = new FakeEncoder(weights: "w2");
        await Vectors(_place.Run(), one, rows);
        await Vectors(_place.Run(), two, rows);
        Assert.Equal(3, two.Encoded);
        Assert.Equal(2, Directory.GetDirectories(_place.At("run", "embeddings")).Length);
    }

    [Fact]
    public async Task A_changed_file_is_embedded_again()
    {
        var rows = _place.Images(1, 1, 3);
        using var one = new FakeEncoder();
        var before = await Vectors(_place.Run(), one, rows);
        File.WriteAllText(rows[1].Path, "something else of another length");
        using var two = new FakeEncoder();
        var after = await Vectors(_place.Run(), two, rows);
        Assert.Equal(1, two.Encoded);
        Assert.NotEqual(before[1], after[1]);
        Assert.Equal(before[2], after[2]);
    }

    [Fact]
    public async Task A_moved_file_is_recognised_by_its_content()
    {
        var rows = _place.Images(1, 2, 3);
        using var one = new FakeEncoder();
        await Vectors(_place.Run(), one, rows);
        Directory.Move(_place.At("images"), _place.At("moved"));
        using var two = new FakeEncoder();
        await Vectors(_place.Run(), two, ((ImageInput)InputReader.Read([_place.At("moved")])).Rows);
        Assert.Equal(0, two.Encoded);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("garbage")]
    [InlineData("foreign")]
    [InlineData("empty")]
    public async Task A_damaged_chunk_is_ignored_with_a_warning_and_left_alone(string damage)
    {
        var rows = _place.Images(1, 2, 3);
        using var one = new FakeEncoder();
        var before = await Vectors(_place.Run(), one, rows);
        var chunk = Assert.Single(
            Directory.GetFiles(_place.At("run", "embeddings"), "*.safetensors", SearchOption.AllDirectories)
        );
        var bytes = await File.ReadAllBytesAsync(chunk, Token);
        if (damage == "foreign")
        {
            using var other = new FakeEncoder(weights: "w2");
            await Vectors(_place.Run("other"), other, rows);
            var theirs = Directory.GetFiles(
                _place.At("other", "embeddings"),
                "*.safetensors",
                SearchOption.AllDirectories
            )[0];
            bytes = await File.ReadAllBytesAsync(theirs, Token);
        }
        else
        {
            bytes = damage switch
            {
                "truncate" => bytes[..^5],
                "garbage" => [.. "not a chunk at all"u8],
                _ => [],
            };
        }

        await File.WriteAllBytesAsync(chunk, bytes, Token);
        using var two = new FakeEncoder();
        var after = await Vectors(_place.Run(), two, rows);
        Assert.Equal(6, two.Encoded);
        Assert.Equal(Bits(before), Bits(after));
        Assert.Contains(Path.GetFileName(chunk), Assert.Single(_place.Warnings), StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(chunk, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(67)]
    public async Task A_chunk_with_a_flipped_bit_is_embedded_again(int fromEnd)
    {
        var rows = _place.Images(1, 1, 4);
        using var one = new FakeEncoder();
        var before = await Vectors(_place.Run(), one, rows);
        var chunk = Chunk();
        var bytes = await File.ReadAllBytesAsync(chunk, Token);
        bytes[^(1 + fromEnd)] ^= 1;
        await File.WriteAllBytesAsync(chunk, bytes, Token);

        using var two = new FakeEncoder();
        var after = await Vectors(_place.Run(), two, rows);
        Assert.Equal(4, two.Encoded);
        Assert.Equal(Bits(before), Bits(after));
        var warning = Assert.Single(_place.Warnings);
        Assert.Contains(chunk, warning, StringComparison.Ordinal);
        Assert.Contains("checksum", warning, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(chunk, Token));

        using var three = new FakeEncoder();
        Assert.Equal(Bits(before), Bits(await Vectors(_place.Run(), three, rows)));
        Assert.Equal(0, three.Encoded);
    }

    [Fact]
    public async Task Where_a_chunk_with_a_flipped_bit_has_lost_its_images_the_chunk_and_they_are_named()
    {
        var rows = _place.Images(1, 1, 4);
        using var encoder = new FakeEncoder();
        await Vectors(_place.Run(), encoder, rows);
        var chunk = Chunk();
        Flip(chunk);
        File.Delete(rows[2].Path);
        var error = await Assert.ThrowsAsync<InputException>(() => Vectors(_place.Run(), encoder, rows));
        Assert.Contains(rows[2].Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(chunk, Assert.Single(_place.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_chunks_with_the_same_images_the_undamaged_one_is_read()
    {
        var rows = _place.Images(1, 1, 4);
        using var encoder = new FakeEncoder();
        var before = await Vectors(_place.Run(), encoder, rows);
        var chunk = Chunk();
        // Named as if another machine had written it, before and behind the damaged one.
        foreach (var name in (string[])["0", "z"])
        {
            var other = Path.Combine(Path.GetDirectoryName(chunk)!, $"{name}.safetensors");
            File.Copy(chunk, other);
            Flip(name == "0" ? other : chunk);
            using var again = new FakeEncoder();
            Assert.Equal(Bits(before), Bits(await Vectors(_place.Run(), again, rows)));
            Assert.Equal(0, again.Encoded);
        }

        Assert.Equal(3, _place.Warnings.Count);
    }

    [Fact]
    public async Task Only_chunks_that_are_asked_for_are_checked()
    {
        var rows = _place.Images(1, 2, 4);
        using var encoder = new FakeEncoder();
        ImageRow[] first = [.. rows.Take(4)];
        await Vectors(_place.Run(), encoder, first);
        var chunk = Chunk();
        await Vectors(_place.Run(), encoder, [.. rows.Skip(4)]);
        Flip(chunk);
        await Vectors(_place.Run(), encoder, [.. rows.Skip(4)]);
        Assert.Empty(_place.Warnings);
        await Vectors(_place.Run(), encoder, first);
        Assert.Single(_place.Warnings);
    }

    [Fact]
    public async Task A_chunk_of_before_there_were_checksums_is_read_and_named_where_its_numbers_changed()
    {
        var rows = _place.Images(1, 1, 2);
        using var one = new FakeEncoder();
        var before = await Vectors(_place.Run(), one, rows);
        var chunk = Chunk();
        var bytes = await File.ReadAllBytesAsync(chunk, Token);
        "/1"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("embeddings/2"u8) + "embeddings".Length));
        bytes.AsSpan(bytes.AsSpan().IndexOf("\"data_xxh128\""u8), "\"data_xxh128\":\"\",".Length + 32).Fill((byte)' ');
        await File.WriteAllBytesAsync(chunk, bytes, Token);
        using var two = new FakeEncoder();
        Assert.Equal(Bits(before), Bits(await Vectors(_place.Run(), two, rows)));
        Assert.Equal(0, two.Encoded);

        bytes.AsSpan(bytes.Length - (2 * 4) - (2 * 8 * 4), 2 * 8 * 4).Clear();
        await File.WriteAllBytesAsync(chunk, bytes, Token);
        var error = await Assert.ThrowsAsync<InputException>(() => Vectors(_place.Run(), one, rows));
        Assert.Contains(chunk, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data_xxh128", "data_xxh129")]
    [InlineData("embeddings/2", "embeddings/3")]
    [InlineData("embeddings/2", "embeddings/1")]
    public async Task A_chunk_without_the_checksum_or_format_of_its_time_is_damaged(string text, string other)
    {
        var rows = _place.Images(1, 1, 2);
        using var one = new FakeEncoder();
        await Vectors(_place.Run(), one, rows);
        var bytes = await File.ReadAllBytesAsync(Chunk(), Token);
        Encoding.ASCII.GetBytes(other).CopyTo(bytes, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)));
        await File.WriteAllBytesAsync(Chunk(), bytes, Token);
        using var two = new FakeEncoder();
        await Vectors(_place.Run(), two, rows);
        Assert.Equal(2, two.Encoded);
    }

    [Fact]
    public async Task The_checksum_is_the_XXH128_of_key_images_and_data()
    {
        using var encoder = new FakeEncoder();
        await Vectors(_place.Run(), encoder, _place.Images(1, 1, 3));
        var bytes = await File.ReadAllBytesAsync(Chunk(), Token);
        var data = bytes[(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes))..];
        Assert.Equal((3 * 8 * 4) + (3 * 4), data.Length);
        var metadata = SafeTensorsFile.ReadHeader(Chunk()).Metadata;
        var names = Encoding.UTF8.GetBytes($"{metadata["encoder_key"]}\n{metadata["images"]}\n");
        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash([.. names, .. data])), metadata["data_xxh128"]);
    }

    [Fact]
    public async Task Chunks_are_written_as_the_work_goes_on_and_never_rewritten()
    {
        var rows = _place.Images(1, 4, 5);
        using var encoder = new FakeEncoder();
        using var result = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions { ChunkImages = 8 },
            Token
        );
        var chunks = Directory.GetFiles(_place.At("run", "embeddings"), "*", SearchOption.AllDirectories);
        Assert.Equal(3, chunks.Length);
        Assert.All(chunks, chunk => Assert.EndsWith(".safetensors", chunk, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_bad_files_are_listed_after_everything_else_is_kept()
    {
        List<ImageRow> rows = [.. _place.Images(1, 2, 3)];
        rows.Add(new ImageRow("m", "p", "a", _place.File("b/bad.png", "BAD bytes")));
        rows.Add(new ImageRow("m", "p", "b", _place.File("b/copy of bad.png", "BAD bytes")));
        rows.Add(new ImageRow("m", "p", "c", _place.File("b/empty.png", "")));
        rows.Add(new ImageRow("m", "p", "d", _place.At("b", "gone.png")));
        rows.Add(new ImageRow("m", "p", "e", _place.File("b/nan.png", "NAN")));
        rows.Add(new ImageRow("m", "p", "f", _place.File("b/zero.png", "ZERO")));
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<InputException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                encoder,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(),
                Token
            )
        );
        var lines = error.Message.Split('\n');
        Assert.Equal(8, lines.Length);
        Assert.Equal("6 of 12 images cannot be used:", lines[0]);
        Assert.EndsWith("bad.png: this is no image", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("copy of bad.png: this is no image", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("empty.png: is empty or not a regular file", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("gone.png: does not exist", lines[4], StringComparison.Ordinal);
        Assert.EndsWith("nan.png: its embedding holds NaN or infinity", lines[5], StringComparison.Ordinal);
        Assert.EndsWith("zero.png: its embedding is all zero", lines[6], StringComparison.Ordinal);
        Assert.Equal("The other images are embedded and kept. Fix or remove these.", lines[7]);

        using var again = new FakeEncoder();
        using var rest = await EmbedStage.RunAsync(
            _place.Run(),
            again,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(SkipBad: true),
            Token
        );
        Assert.Equal(6, Enumerable.Range(0, rows.Count).Count(rest.Has));
        Assert.Equal(6, rest.Skipped.Count);
        Assert.Equal(0, rest.Embedded);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Pipes_and_links_to_nothing_or_to_devices_are_bad_files_and_nobody_waits_for_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither.");
        List<ImageRow> rows = [.. _place.Images(1, 1, 2)];
        ImageRow Odd(string name) => new("m", "p", name, _place.At("odd", name));
        ImageRow[] odd = [Odd("pipe.png"), Odd("zero.png"), Odd("gone.png"), Odd("loop.png"), Odd("folder.png")];
        Directory.CreateDirectory(odd[4].Path);
        using (Process made = Process.Start("mkfifo", [odd[0].Path]))
        {
            await made.WaitForExitAsync(Token);
        }

        File.CreateSymbolicLink(odd[1].Path, "/dev/zero");
        File.CreateSymbolicLink(odd[2].Path, "nowhere.png");
        File.CreateSymbolicLink(odd[3].Path, "loop.png");
        using var encoder = new FakeEncoder();
        using var result = await EmbedStage
            .RunAsync(
                _place.Run(),
                encoder,
                new ImageInput([.. rows, .. odd], PromptsAreRaw: false),
                new EmbedOptions(SkipBad: true),
                Token
            )
            .WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(2, result.Embedded);
        Assert.Equal(
            [
                "is empty or not a regular file",
                "is empty or not a regular file",
                "is a link to nowhere.png, which does not exist",
                "cannot be read: Too many levels of symbolic links",
                "is a folder, not a file",
            ],
            result.Skipped.Select(file => file.Reason)
        );
    }

    [Fact]
    public async Task A_link_is_known_again_until_the_file_that_it_leads_to_changes()
    {
        var file = _place.File("b/real.bin", "one scene");
        var link = _place.At("b", "link.png");
        try
        {
            File.CreateSymbolicLink(link, "real.bin");
        }
        catch (IOException)
        {
            Assert.Skip("Links cannot be made here.");
        }

        ImageRow[] rows = [new("m", "p", "1", link)];
        async Task<int> Embedded()
        {
            using var encoder = new FakeEncoder();
            using var result = await EmbedStage.RunAsync(
                _place.Run(),
                encoder,
                new ImageInput(rows, PromptsAreRaw: false),
                new(),
                Token
            );
            return result.Embedded;
        }

        Assert.Equal(1, await Embedded());
        // Whoever is known is not opened again.
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(0, await Embedded());
        }

        File.WriteAllText(file, "two scene");
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(5));
        Assert.Equal(1, await Embedded());
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused()
    {
        var path = _place.File("b/big.png", new string('x', 101));
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<InputException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                encoder,
                new ImageInput([new ImageRow("m", "p", "1", path)], PromptsAreRaw: false),
                new EmbedOptions { MaxFileBytes = 100 },
                Token
            )
        );
        Assert.Contains("101 bytes, where 100 are allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_ends_the_run_and_keeps_the_chunks_before()
    {
        var rows = _place.Images(1, 4, 5);
        var opened = 0;
        var run = new RunFolder(_place.At("run"))
        {
            OpenNew = path =>
                // The manifest, the look whether a chunk can be written, and one chunk.
                ++opened > 3
                    ? new FullDisk()
                    : new FileStream(path, FileMode.CreateNew, FileAccess.Write),
        };
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            EmbedStage.RunAsync(
                run,
                encoder,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions { ChunkImages = 8 },
                Token
            )
        );
        Assert.Contains(_place.At("run"), error.Message, StringComparison.Ordinal);
        using var rest = new FakeEncoder();
        await Vectors(_place.Run(), rest, rows);
        Assert.Equal(12, rest.Encoded);
    }

    [Fact]
    public void A_write_to_a_full_device_is_a_resource_error_and_leaves_no_file()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("No /dev/full here.");
        }

        var run = new RunFolder(_place.At("run"))
        {
            OpenNew = _ => new FileStream(
                "/dev/full",
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 0
            ),
        };
        var error = Assert.Throws<ResourceException>(() => run.Write(run.At("x.json"), "text"));
        Assert.Contains("x.json cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_place.At("run")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Permissions do not stop this user.");
        }
        else
        {
            Directory.CreateDirectory(_place.At("run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var rows = _place.Images(1, 1, 2);
            using var encoder = new FakeEncoder();
            var error = await Assert.ThrowsAsync<ResourceException>(() =>
                EmbedStage.RunAsync(
                    _place.Run(),
                    encoder,
                    new ImageInput(rows, PromptsAreRaw: false),
                    new EmbedOptions(),
                    Token
                )
            );
            Assert.Contains(_place.At("run"), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_run_folder_is_named()
    {
        _place.File("run", "I am a file");
        var rows = _place.Images(1, 1, 2);
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                encoder,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(),
                Token
            )
        );
        Assert.StartsWith(
            $"The folder {_place.At("run")} cannot be made: {_place.At("run")} is a file, not a folder.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_run_folder_where_there_can_be_none_is_said_not_to_be_made()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc here.");
        var run = new RunFolder("/proc/semblance-run");
        var error = Assert.Throws<ResourceException>(() => run.Write(run.At("run.json"), "text"));
        Assert.StartsWith("The folder /proc/semblance-run cannot be made: ", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ResourceException>(() => run.CheckWritable([run.At("run.json")]));
        Assert.Contains("/proc/semblance-run", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            "The folder /proc/semblance-run cannot be made: there can be no folder in that place.",
            ResourceException.Unmade(run.Path, new DirectoryNotFoundException()).Message
        );
    }

    [Theory]
    [InlineData("NAN", "holds NaN or infinity")]
    [InlineData("ZERO", "is all zero")]
    public async Task Where_the_encoder_fails_for_all_images_one_sentence_blames_it(string kind, string said)
    {
        ImageRow[] rows =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i => new ImageRow("m", "p", $"{i}", _place.File($"x/{i}.png", $"{kind} {i}"))),
        ];
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<InputException>(() =>
            EmbedStage.RunAsync(
                _place.Run(),
                encoder,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions(SkipBad: true),
                Token
            )
        );
        Assert.StartsWith(
            "The encoder fake gives no usable vector for any of the 6 images",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Progress_counts_up_to_all_images()
    {
        var rows = _place.Images(1, 2, 5);
        List<EmbedProgress> reports = [];
        using var encoder = new FakeEncoder();
        using var result = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(Progress: new Listener(reports)),
            Token
        );
        Assert.Equal(new EmbedProgress(0, 10, 0, 0), reports[0]);
        Assert.Equal(new EmbedProgress(10, 10, 0, 0), reports[^1]);
        Assert.Equal(reports.OrderBy(report => report.Done), reports);
    }

    [Fact]
    public async Task The_images_of_a_run_can_be_scored_by_naming_the_run()
    {
        var rows = _place.Images(2, 2, 12);
        using var encoder = new FakeEncoder();
        await Vectors(_place.Run(), encoder, rows);
        var input = Assert.IsType<ImageInput>(InputReader.Read([_place.At("run")]));
        Assert.Equal(rows, input.Rows);
        Assert.False(input.PromptsAreRaw);
    }

    private static void Cancel(bool now, CancellationTokenSource stop)
    {
        if (now)
        {
            stop.Cancel();
        }
    }

    /// <summary>Names and contents of what a run stored.</summary>
    private List<string> Chunks(string run) =>
        [
            .. Directory
                .GetFiles(_place.At(run, "embeddings"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => Convert.ToHexString(System.IO.File.ReadAllBytes(file))),
        ];

    private static void ThrowIf(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("out of memory");
        }
    }

    private string Chunk(string pattern = "*.safetensors") =>
        Assert.Single(Directory.GetFiles(_place.At("run", "embeddings"), pattern, SearchOption.AllDirectories));

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^7] ^= 16;
        File.WriteAllBytes(file, bytes);
    }

    private static async Task<float[][]> Vectors(RunFolder run, FakeEncoder encoder, IReadOnlyList<ImageRow> rows)
    {
        using var result = await EmbedStage.RunAsync(
            run,
            encoder,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(),
            Token
        );
        return Read(result, rows.Count);
    }

    private static float[][] Read(EmbedResult result, int rows) =>
        [
            .. Enumerable
                .Range(0, rows)
                .Select(row =>
                {
                    var vector = new float[result.Encoder.Dimension];
                    result.Read([row], vector);
                    return vector;
                }),
        ];

    private static byte[] Bits(float[][] vectors) =>
        [.. vectors.SelectMany(vector => MemoryMarshal.AsBytes<float>(vector).ToArray())];

    private sealed class Listener(List<EmbedProgress> reports) : IProgress<EmbedProgress>
    {
        public void Report(EmbedProgress value) => reports.Add(value);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
