using Semblance.Models.Catalog;
using Semblance.Models.Configuration;
using Semblance.Models.Encoders;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Catalog;

public sealed class EncoderCatalogTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "89abcdef0123456789abcdef0123456789abcdef";

    private static string? Model { get; } =
        Fixtures
            .Cases("clip")
            .Select(row => Fixtures.At("clip", row.Data, "model"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "vocab.json")));

    // The table's recipe makes 224 pixels, so the paper's encoder is stood in for by a model of that size.
    private static string? Model224 { get; } =
        Fixtures
            .Cases("clip")
            .Select(row => Fixtures.At("clip", row.Data, "model"))
            .FirstOrDefault(folder =>
                ConfigJson.Read(Path.Combine(folder, "config.json")).Object("vision_config")!.Size("image_size") == 224
            );

    [Theory]
    [InlineData("main", "main")]
    [InlineData("refs/pr/15", "refs/pr/15")]
    [InlineData("main", "refs/pr/15")]
    public void A_known_name_and_its_hub_id_give_the_same_numbers(string configOn, string weightsOn)
    {
        Assert.SkipWhen(Model224 is null, "No model for 224 pixels under this root.");
        var cache = Cache("openai/clip-vit-base-patch32", Model224!, configOn, weightsOn);
        var options = new EncoderOptions { HubCache = cache };
        using var byName = EncoderCatalog.Open("clip-vit-base-patch32", options);
        using var byId = EncoderCatalog.Open("openai/clip-vit-base-patch32", options);
        Assert.Equal(byName.Identity.Key, byId.Identity.Key);
        Assert.Equal("clip-vit-base-patch32", byName.Identity.Name);
        Assert.Equal("openai/clip-vit-base-patch32", byName.Identity.Source);
        Assert.Equal(weightsOn == "main" ? Commit : Other, byName.Identity.Revision);
        Assert.StartsWith("openai: ", byName.Identity.Preprocessing, StringComparison.Ordinal);
        Assert.Null(byName.Caution);
        Assert.True(byName.HasText);
        Assert.Equal(Encode(byName), Encode(byId));

        using var byFolder = EncoderCatalog.Open(Model224!);
        Assert.StartsWith("hf: ", byFolder.Identity.Preprocessing, StringComparison.Ordinal);
        Assert.Equal(Encode(byName), Encode(byFolder));
        Assert.Equal(byName.EncodeText(["a cat"])[0], byFolder.EncodeText(["a cat"])[0]);
    }

    [Fact]
    public void A_revision_that_is_asked_for_is_the_one_taken()
    {
        Assert.SkipWhen(Model224 is null, "No model for 224 pixels under this root.");
        var cache = Cache("openai/clip-vit-base-patch32", Model224!, "refs/pr/15", "refs/pr/15");
        var options = new EncoderOptions { HubCache = cache };
        using var encoder = EncoderCatalog.Open($"openai/clip-vit-base-patch32@{Other}", options);
        Assert.Equal(Other, encoder.Identity.Revision);
        var error = Assert.Throws<ResourceException>(() =>
            EncoderCatalog.Open("openai/clip-vit-base-patch32@v9", options)
        );
        Assert.Contains("v9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preprocessing_is_taken_from_the_caller_where_he_says_so()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        using var plain = EncoderCatalog.Open(Model!);
        using var other = EncoderCatalog.Open(Model!, new EncoderOptions { Preprocessing = "openai" });
        Assert.StartsWith("openai: ", other.Identity.Preprocessing, StringComparison.Ordinal);
        Assert.NotEqual(plain.Identity.Key, other.Identity.Key);
        Assert.Throws<UsageException>(() => EncoderCatalog.Open(Model!, new EncoderOptions { Preprocessing = "none" }));
    }

    [Theory]
    [InlineData("clip-vit-base-patch23", "clip-vit-base-patch32")]
    [InlineData("dino-base", "dinov2-base")]
    [InlineData("built-in", "builtin")]
    public void An_unknown_name_is_answered_with_the_nearest(string name, string nearest)
    {
        var error = Assert.Throws<UsageException>(() => EncoderCatalog.Open(name));
        Assert.Contains(nearest, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clip-vit-base-patch32")]
    [InlineData("openai/clip-vit-base-patch32")]
    public void The_papers_encoder_not_in_the_cache_says_how_to_get_it(string name)
    {
        var error = Assert.Throws<ResourceException>(() =>
            EncoderCatalog.Open(name, new EncoderOptions { HubCache = TinyModels.NewFolder() })
        );
        Assert.Contains("hf download openai/clip-vit-base-patch32", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                new Remedy(RemedyKind.FetchFromHub, "openai/clip-vit-base-patch32"),
                new Remedy(RemedyKind.BuiltinEncoder, "builtin"),
            ],
            error.Remedies
        );
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        const string Name = "vision_model.encoder.layers.0.mlp.fc1.weight";
        var folder = TinyModels.Copy(Model!, v => v, keep: name => name != Name);
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(folder));
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_text_tensor_is_named_too()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        var folder = TinyModels.Copy(Model!, v => v, keep: name => name != "text_projection.weight");
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(folder));
        Assert.Contains("text_projection.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_shape_is_named()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        var folder = TinyModels.Copy(
            Model!,
            v => v,
            config: json => json["projection_dim"] = json["projection_dim"]!.GetValue<int>() + 1
        );
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(folder));
        Assert.Contains("visual_projection.weight has shape [", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_more_layers_than_the_config_has_are_refused()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        var folder = TinyModels.Copy(Model!, v => v, config: json => json["vision_config"]!["num_hidden_layers"] = 1);
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(folder));
        Assert.Contains("vision_model.encoder.layers.1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsupported_architecture_is_named_with_those_supported()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        var folder = TinyModels.Copy(Model!, v => v, config: json => json["model_type"] = "blip");
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(folder));
        Assert.Contains("blip", error.Message, StringComparison.Ordinal);
        Assert.Contains("dinov2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_that_is_missing_or_damaged_is_named()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        var folder = TinyModels.Copy(Model!, v => v);
        File.WriteAllText(Path.Combine(folder, "config.json"), "{\"model_type\": ");
        Assert.Contains("config.json", Assert.Throws<InputException>(() => EncoderCatalog.Open(folder)).Message);
        File.Delete(Path.Combine(folder, "config.json"));
        Assert.Contains("config.json", Assert.Throws<InputException>(() => EncoderCatalog.Open(folder)).Message);
    }

    [Fact]
    public void A_weights_file_takes_the_config_beside_it()
    {
        Assert.SkipWhen(Model is null, "No CLIP model under this root.");
        using var folder = EncoderCatalog.Open(Model!);
        using var file = EncoderCatalog.Open(Path.Combine(Model!, "model.safetensors"));
        Assert.Equal(folder.Identity.Key, file.Identity.Key);
    }

    /// <summary>A cache of one model in the hub's layout: refs, and snapshots of links into blobs.</summary>
    private static string Cache(string id, string model, string configOn, string weightsOn)
    {
        var cache = TinyModels.NewFolder();
        var root = Path.Combine(cache, "models--" + id.Replace("/", "--", StringComparison.Ordinal));
        foreach (var (file, on) in Directory.EnumerateFiles(model).Select(file => (file, On(file))))
        {
            var commit = on == "main" ? Commit : Other;
            var reference = Path.Combine(root, "refs", on);
            Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
            File.WriteAllText(reference, commit);
            var name = Path.GetFileName(file);
            var blob = Path.Combine(root, "blobs", $"blob-of-{name}");
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            File.Copy(file, blob);
            var link = Path.Combine(root, "snapshots", commit, name);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", $"blob-of-{name}"));
        }

        return cache;

        string On(string file) => file.EndsWith(".safetensors", StringComparison.Ordinal) ? weightsOn : configOn;
    }

    private static float[] Encode(IImageEncoder encoder)
    {
        var random = new Random(5);
        var pixels = new float[encoder.InputLength];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = random.NextSingle();
        }

        var vector = new float[encoder.Identity.Dimension];
        encoder.Encode(pixels, 1, vector);
        return vector;
    }
}
