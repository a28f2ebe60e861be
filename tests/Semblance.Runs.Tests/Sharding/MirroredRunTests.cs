using System.Runtime.CompilerServices;
using System.Text;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Sharding;

namespace Semblance.Runs.Tests.Sharding;

/// <summary>What the stages ask of a place that holds a run elsewhere; a second folder stands for it.</summary>
public sealed class MirroredRunTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly List<string> _asked = [];
    private readonly List<string> _written = [];
    private readonly List<string> _brought = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_that_is_elsewhere_by_now_is_not_made(bool isShard)
    {
        var letters = new Letters();
        await GenerateStage.RunAsync(_place.Run("there"), [letters], Plan(), null, Token);
        Assert.Equal(4, letters.Made);

        var run = Mirrored(isKnown: false);
        var plan = Plan() with { Shard = isShard ? new Shard(0, 1) : null };
        var result = await GenerateStage.RunAsync(run, [letters], plan, null, Token);
        Assert.Equal((4, 4, 4), (letters.Made, result.MadeElsewhere, _asked.Count));
        // What it will do is written before it looks at what others do.
        Assert.StartsWith("shards/", _written.First(name => name[0] != '.'), StringComparison.Ordinal);
        Assert.Empty(_brought);
    }

    [Fact]
    public async Task What_is_known_to_be_elsewhere_needs_no_question_and_is_brought_where_it_is_read()
    {
        await MakeThereAsync();
        var run = Mirrored(isKnown: true);
        var letters = new Letters();
        await GenerateStage.RunAsync(run, [letters], Plan(), null, Token);
        Assert.Equal((0, 0), (letters.Made, _asked.Count));

        // The table is as the other folder's: what the images hash to is read, since nothing else says it.
        GenerateStage.Gather(run);
        Assert.Equal(_place.Run("there").ReadImages().Select(Named), run.ReadImages().Select(Named));
        var files = GenerateStage.FilesOf(run, "letters", "a");
        Assert.Equal("images/letters/a/1.png", files["1"]);
        Assert.NotNull(run.ReadImage(run.ReadImages()[0]));
        Assert.Contains("images/letters/a/1.png", _brought);
    }

    [Fact]
    public async Task A_hash_that_is_known_needs_no_file()
    {
        await MakeThereAsync();
        var run = Mirrored(isKnown: true);
        var hash = new string('a', 64);
        run.Mirror!.Add("images/letters/a/1.png", hash);
        var files = FileHashes.Load(run);
        var path = run.At("images", "letters", "a", "1.png");
        Assert.True(files.TryGet(path, path, out var known));
        Assert.Equal(hash, known.ToString());
        // One without a hash, and one that is here, are read.
        var other = run.At("images", "letters", "a", "2.png");
        Assert.False(files.TryGet(other, other, out _));
        files.Bring(path);
        Assert.False(files.TryGet(path, path, out _));
    }

    [Fact]
    public async Task A_run_folder_whose_images_are_all_elsewhere_is_read_as_an_input()
    {
        await MakeThereAsync();
        var run = Mirrored(isKnown: true);
        foreach (var image in _place.Run("there").ReadImages())
        {
            run.Mirror!.Add(image.Path, image.Sha256);
        }

        await GenerateStage.RunAsync(run, [new Letters()], Plan(), null, Token);
        var images = Assert.IsType<ImageInput>(InputReader.Read([_place.At("here")], elsewhere: [run.Mirror!]));
        Assert.Equal(4, images.Rows.Count);
        Assert.Throws<InputException>(() => InputReader.Read([_place.At("here")]));
    }

    [Fact]
    public void A_folder_of_images_that_is_nowhere_here_is_arranged_by_its_names()
    {
        var folder = new FolderElsewhere(_place.At("sets")) { Bring = _brought.Add };
        foreach (var name in new[] { "m/a/1.png", "m/a/2.jpg", "m/b/1.png", "m/.hidden/1.png", "m/a/notes.txt" })
        {
            folder.Add(name, null);
        }

        var images = Assert.IsType<ImageInput>(InputReader.Read([_place.At("sets/")], elsewhere: [folder]));
        Assert.Equal(["m a 1", "m a 2", "m b 1"], images.Rows.Select(row => $"{row.Model} {row.Prompt} {row.Seed}"));
        Assert.Empty(_brought);
    }

    [Fact]
    public void The_mirror_of_another_folder_is_left_out() =>
        Assert.Null(new RunFolder(_place.At("one")) { Mirror = Mirrored(isKnown: false).Mirror }.Mirror);

    private async Task MakeThereAsync()
    {
        await GenerateStage.RunAsync(
            _place.Run("there"),
            [new Letters()],
            Plan() with
            {
                Shard = new Shard(0, 1),
            },
            null,
            Token
        );
        GenerateStage.Gather(_place.Run("there"));
    }

    private static string Named(ImageRecord image) => $"{image.Path} {image.Sha256} {image.Width}";

    private static GeneratePlan Plan() => new(["a", "what?"], [1, 2], 16, 9, "png", (image, _) => Png(image.Pixels));

    private static byte[] Png(byte[] content) =>
        [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. content, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    private RunFolder Mirrored(bool isKnown)
    {
        var mirror = new FolderElsewhere(_place.At("here"))
        {
            Bring = name =>
            {
                _brought.Add(name);
                Directory.CreateDirectory(Path.GetDirectoryName(_place.At("here", name))!);
                File.Copy(_place.At("there", name), _place.At("here", name));
            },
            Ask = name =>
            {
                _asked.Add(name);
                return File.Exists(_place.At("there", name));
            },
            Written = _written.Add,
        };
        if (isKnown)
        {
            foreach (var image in ImageFiles.All(_place.Run("there")))
            {
                mirror.Add(image, null);
            }

            // As a mirror does when it begins.
            Directory.CreateDirectory(_place.At("here", "shards"));
            foreach (var record in Directory.EnumerateFiles(_place.At("there", "shards")))
            {
                File.Copy(record, _place.At("here", "shards", Path.GetFileName(record)));
            }
        }

        return new RunFolder(_place.At("here"), _place.Warnings.Add) { Mirror = mirror };
    }

    /// <summary>Its images are texts, and it asks before it makes one.</summary>
    private sealed class Letters : IImageGenerator
    {
        public string Model => "letters";

        public int Made { get; private set; }

        public IReadOnlyList<KeyValuePair<string, string>> Recipe => [new("steps", "20")];

        public IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            CancellationToken cancellationToken = default
        ) => GenerateAsync(requests, _ => true, cancellationToken);

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            Func<ImageRequest, bool> isWanted,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var request in requests.Where(isWanted))
            {
                await Task.Yield();
                Made++;
                var text = Encoding.UTF8.GetBytes($"{request.Prompt} {request.Seed}");
                yield return new GeneratedImage(request, new PixelImage(request.Width, request.Height, text));
            }
        }
    }
}
