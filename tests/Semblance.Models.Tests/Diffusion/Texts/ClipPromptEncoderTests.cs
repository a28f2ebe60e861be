using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Tests.Diffusion.Texts;

public sealed class ClipPromptEncoderTests
{
    /// <summary>Every prompt of every case with each of the encoders: the ending of tensors' names, and of folders'.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string>> Prompts =>
        from row in DiffusionCase.All("text-encoder", "sdxl", "sd15")
        let golden = new DiffusionCase(row.Data.Item1, row.Data.Item2)
        from prompt in golden.Settings.GetProperty("prompts").EnumerateObject()
        from ids in golden.Inputs.Where(input => input.StartsWith($"{prompt.Name}.ids", StringComparison.Ordinal))
        select new TheoryDataRow<string, string, string, string>(
            row.Data.Item1,
            row.Data.Item2,
            prompt.Name,
            ids[$"{prompt.Name}.ids".Length..]
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Prompts))]
    public void Text_gives_the_ids_states_and_vector_of_the_reference(
        string area,
        string name,
        string prompt,
        string which
    )
    {
        var golden = new DiffusionCase(area, name);
        var text = golden.Settings.GetProperty("prompts").GetProperty(prompt).GetString()!;
        var (tokenizer, weights, config) = Open(golden, which);

        Assert.Equal(golden.InputIds($"{prompt}.ids{which}"), tokenizer.Encode(text, config.MaxPositions, pad: true));
        var tolerance = golden.Tolerance("max_abs");
        var penultimate = $"{prompt}.hidden_penultimate{which}";
        if (golden.Has(penultimate))
        {
            using var encoder = new ClipPromptEncoder(
                tokenizer,
                weights,
                config,
                new ClipStates(2, Normed: false),
                threads: 1
            );
            var embedding = encoder.Encode(text);
            golden.AssertClose(penultimate, embedding.States, tolerance);
            var pooled = $"{prompt}.text_embeds{which}";
            Assert.Equal(golden.Has(pooled), embedding.Pooled.Length > 0);
            if (golden.Has(pooled))
            {
                golden.AssertClose(pooled, embedding.Pooled, tolerance);
            }
        }

        using var last = new ClipPromptEncoder(tokenizer, weights, config, new ClipStates(1, Normed: true), threads: 1);
        golden.AssertClose($"{prompt}.last_hidden_state{which}", last.Encode(text).States, tolerance);
    }

    /// <summary>Those of <see cref="Prompts"/> of which the case holds every layer.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string>> LayerPrompts =>
        Prompts.Where(row =>
            new DiffusionCase(row.Data.Item1, row.Data.Item2).Has(
                $"{row.Data.Item3}.text_model{row.Data.Item4}.embeddings"
            )
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(LayerPrompts))]
    public void Every_layer_gives_what_the_reference_gives(string area, string name, string prompt, string which)
    {
        var golden = new DiffusionCase(area, name);
        var prefix = $"{prompt}.text_model{which}.";
        var outputs = golden
            .Outputs.Where(output => output.StartsWith(prefix, StringComparison.Ordinal))
            .Select(output => output[prefix.Length..])
            .ToList();
        var (_, weights, config) = Open(golden, which);
        var g = new GraphBuilder(weights);
        _ = ClipTextModel.States(
            g.Input("ids", TensorElementType.Int64, 1, config.MaxPositions),
            config,
            ClipNames.HuggingFace
        );
        foreach (var output in outputs)
        {
            g.Output(output, g.Observed[Observed(output)]);
        }

        using var session = new GraphSession(g.Build(), threads: 1);
        long[] ids = [.. golden.InputIds($"{prompt}.ids{which}").Select(id => (long)id)];
        foreach (var output in outputs)
        {
            var actual = session.Run([Feed.Of<long>("ids", ids, 1, config.MaxPositions)], output);
            golden.AssertClose(prefix + output, actual, golden.Tolerance("max_abs"));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Prompts))]
    public void What_is_cut_is_the_end_of_the_text(string area, string name, string prompt, string which)
    {
        var golden = new DiffusionCase(area, name);
        var text = golden.Settings.GetProperty("prompts").GetProperty(prompt).GetString()!;
        var (tokenizer, _, config) = Open(golden, which);

        var cut = tokenizer.CutFrom(text, config.MaxPositions);

        Assert.Equal(tokenizer.Encode(text).Length > config.MaxPositions, cut.Length > 0);
        // Words are apart in what was cut, whatever stood between them.
        static string Bare(string s) => s.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        Assert.EndsWith(Bare(cut), Bare(text), StringComparison.Ordinal);
    }

    private static (ClipTokenizer, Weights, ClipTextConfig) Open(DiffusionCase golden, string which)
    {
        // text_encoder and tokenizer, then text_encoder_2 and tokenizer_2.
        var ending = which is "" or "_1" ? "" : which;
        return (
            ClipTokenizer.Open(Path.Combine(golden.Model, "tokenizer" + ending)),
            Weights.From(Checkpoint.Open(Path.Combine(golden.Model, "text_encoder" + ending))),
            ClipTextConfig.Read(golden.Config("text_encoder" + ending), projection: null)
        );
    }

    private static string Observed(string module) =>
        module switch
        {
            "embeddings" => "text.hidden_states.0",
            "final_layer_norm" => "text.last_hidden_state",
            _ => $"text.hidden_states.{int.Parse(module["encoder.layers.".Length..]) + 1}",
        };
}
