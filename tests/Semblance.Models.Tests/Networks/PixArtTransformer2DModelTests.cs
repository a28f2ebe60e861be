using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;

namespace Semblance.Models.Tests.Networks;

public sealed class PixArtTransformer2DModelTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases => DiffusionCase.All("", "pixart/transformer");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_module_gives_what_the_reference_gives(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        Check(golden, PixArtTransformer2DConfig.Read(golden.Config()), masked: true);
        Check(golden, PixArtTransformer2DConfig.Read(golden.Config()), masked: false);
    }

    /// <summary>A model whose config names the older class, and a case of the same network.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> OlderConfigs =>
        from file in Directory.Exists(Fixtures.At("pixart", "model"))
            ? Directory.EnumerateFiles(Fixtures.At("pixart", "model"), "config.json", SearchOption.AllDirectories)
            : []
        where Path.GetFileName(Path.GetDirectoryName(file)) == "transformer"
        let json = ConfigJson.Read(file)
        where json.Text("_class_name", "") == "Transformer2DModel"
        let old = PixArtTransformer2DConfig.Read(json)
        from row in Cases
        where PixArtTransformer2DConfig.Read(new DiffusionCase(row.Data.Item1, row.Data.Item2).Config()) == old
        select new TheoryDataRow<string, string>(file, row.Data.Item2);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OlderConfigs))]
    public void A_config_of_the_older_class_is_the_same_network(string file, string name) =>
        Check(
            new DiffusionCase("pixart/transformer", name),
            PixArtTransformer2DConfig.Read(ConfigJson.Read(file)),
            masked: true
        );

    public static IEnumerable<TheoryDataRow<string, string>> PositionCases =>
        DiffusionCase.All("", "pixart").Where(row => HasTables(row.Data.Item2));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(PositionCases))]
    public void Positions_are_those_of_the_reference(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        foreach (var row in golden.Settings.GetProperty("tables").EnumerateArray())
        {
            var (table, width) = (row.GetProperty("name").GetString()!, row.GetProperty("dim").GetInt32());
            var values = SinCosPositions.Table(
                width,
                row.GetProperty("rows").GetInt32(),
                row.GetProperty("columns").GetInt32(),
                row.GetProperty("base_size").GetInt32(),
                row.GetProperty("interpolation_scale").GetDouble()
            );
            if (golden.Has($"{table}.full"))
            {
                golden.AssertClose($"{table}.full", values, golden.Tolerance("absolute"));
                continue;
            }

            var start = $"{table}.tokens_every_";
            var some = golden.Outputs.Single(output => output.StartsWith(start, StringComparison.Ordinal));
            var step = int.Parse(some[start.Length..]);
            var picked = values.Chunk(width).Where((_, token) => token % step == 0).SelectMany(token => token);
            golden.AssertClose(some, picked.ToArray(), golden.Tolerance("absolute"));
            var sums = new double[width];
            for (var i = 0; i < values.Length; i++)
            {
                sums[i % width] += values[i];
            }

            golden.AssertClose($"{table}.sum_by_dimension", [.. sums.Select(sum => (float)sum)], 1e-2);
        }
    }

    private static bool HasTables(string name) =>
        ConfigJson.Read(Fixtures.At("pixart", name, "case.json")).Object("settings")?.IsList("tables") ?? false;

    [Theory]
    [InlineData("""{"_class_name": "Transformer2DModel", "caption_channels": 8}""", "ada_norm_single")]
    [InlineData("""{"caption_channels": 8, "norm_type": "ada_norm_zero"}""", "ada_norm_zero")]
    [InlineData("""{"caption_channels": 8, "activation_fn": "geglu"}""", "geglu")]
    [InlineData("""{}""", "caption_channels")]
    public void Other_networks_are_refused_by_name(string config, string named)
    {
        var json = ConfigJson.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(config));
        Assert.Contains(named, Assert.Throws<InputException>(() => PixArtTransformer2DConfig.Read(json)).Message);
    }

    private static void Check(DiffusionCase golden, PixArtTransformer2DConfig config, bool masked)
    {
        var (latents, embeds) = (golden.InputShape("latents"), golden.InputShape("embeds"));
        var batch = latents[0];
        var inputs = golden.Inputs.Where(name => masked || name != "mask").ToList();
        var weights = golden.Weights();
        var g = new GraphBuilder(weights);
        var graph = inputs.ToDictionary(
            name => name,
            name => g.Input(name, TensorElementType.Float, golden.InputShape(name))
        );
        g.Output(
            "output_out",
            PixArtTransformer2DModel.Forward(
                graph["latents"],
                graph["timestep"],
                graph["embeds"],
                masked ? graph["mask"] : null,
                config.SizeConditions ? (graph["resolution"], graph["aspect_ratio"]) : null,
                (int)latents[2],
                (int)latents[3],
                config
            )
        );
        var observed = golden.Outputs.Where(g.Observed.ContainsKey).ToList();
        foreach (var name in observed)
        {
            g.Output($"out.{name}", g.Observed[name]);
        }

        Assert.Equal(["output.no_mask"], golden.Outputs.Except(observed));
        Assert.Empty(weights.Unused);
        using var session = new GraphSession(g.Build(), threads: 1);

        float[] Run(string output) =>
            session.Run(
                [.. inputs.Select(name => Feed.Of<float>(name, golden.Input(name), golden.InputShape(name)))],
                output
            );
        foreach (var name in masked ? observed : [])
        {
            golden.AssertRelative(name, Run($"out.{name}"));
        }

        golden.AssertRelative(masked ? "output" : "output.no_mask", Run("output_out"));
    }
}
