using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>
/// The ranks and alphas of a LoRA that peft has written, by component: newer diffusers keep them in the header of the
/// file under <c>lora_adapter_metadata</c>, peft itself in adapter_config.json beside it. The matrices are then not
/// scaled.
/// </summary>
internal sealed class PeftMetadata
{
    /// <summary>Key in the header of a safetensors file.</summary>
    public const string HeaderKey = "lora_adapter_metadata";

    private readonly Dictionary<string, Component> _components;

    private PeftMetadata(ConfigJson json, IEnumerable<(string Name, string Prefix)> components) =>
        _components = components.ToDictionary(row => row.Name, row => Component.Read(json, row.Prefix));

    /// <summary>Of a file that has none.</summary>
    public static PeftMetadata None { get; } = new(new ConfigJson("", default), []);

    /// <summary>
    /// From the texts of a header: a JSON object whose keys begin with the component, <c>unet.lora_alpha</c>; none where
    /// there is no such text.
    /// </summary>
    /// <exception cref="InputException">It is not such an object.</exception>
    public static PeftMetadata FromHeader(string file, IReadOnlyDictionary<string, string> texts)
    {
        if (!texts.TryGetValue(HeaderKey, out var text))
        {
            return None;
        }

        var json = ConfigJson.Parse($"{file} ({HeaderKey})", System.Text.Encoding.UTF8.GetBytes(text));
        var names = json.Json.EnumerateObject().Select(pair => pair.Name.Split('.')[0]).Distinct();
        return new PeftMetadata(json, names.Select(name => (name, $"{name}.")));
    }

    /// <summary>From adapter_config.json, which speaks of one component, whichever it is.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static PeftMetadata FromConfig(string file) => new(ConfigJson.Read(file), [("", "")]);

    /// <summary>What multiplies B A of a module, or null where nothing is said about its component.</summary>
    public double? Factor(string component, string module, long rank) =>
        _components.TryGetValue(component, out var own) || _components.TryGetValue("", out own)
            ? own.Factor(module, rank)
            : null;

    private sealed record Component(
        double? Alpha,
        bool SquareRoot,
        IReadOnlyList<(Func<string, bool> Is, double Alpha)> Patterns
    )
    {
        public static Component Read(ConfigJson json, string prefix)
        {
            var patterns = json.Object($"{prefix}alpha_pattern");
            return new Component(
                json.Has($"{prefix}lora_alpha") ? json.Number($"{prefix}lora_alpha", 0) : null,
                json.Flag($"{prefix}use_rslora", otherwise: false),
                patterns is null
                    ? []
                    :
                    [
                        .. patterns
                            .Json.EnumerateObject()
                            .Select(pair => (Matcher(pair.Name, json.File), Number(pair.Value, pair.Name, json.File))),
                    ]
            );
        }

        /// <summary>Alpha over the rank, or over its root in rank-stabilised LoRA (Kalajdzievski, arXiv 2312.03732).</summary>
        public double? Factor(string module, long rank)
        {
            var alpha =
                Patterns.Where(pattern => pattern.Is(module)).Select(pattern => (double?)pattern.Alpha).FirstOrDefault()
                ?? Alpha;
            return alpha / (SquareRoot ? Math.Sqrt(rank) : rank);
        }

        /// <summary>peft takes a pattern as a regular expression for the end of a module's name, from a dot on.</summary>
        private static Func<string, bool> Matcher(string pattern, string file)
        {
            var plain = pattern.TrimStart('^');
            if (plain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.'))
            {
                return pattern == plain
                    ? module => module == plain || module.EndsWith("." + plain, StringComparison.Ordinal)
                    : module => module == plain;
            }

            try
            {
                var regex = new Regex(
                    $"^(?:.*\\.)?(?:{pattern})$",
                    RegexOptions.CultureInvariant,
                    TimeSpan.FromSeconds(2)
                );
                return module => IsMatch(regex, module, file);
            }
            catch (ArgumentException error)
            {
                throw new InputException($"{file}: alpha_pattern \"{pattern}\" is not understood.", error);
            }
        }

        private static bool IsMatch(Regex pattern, string module, string file)
        {
            try
            {
                return pattern.IsMatch(module);
            }
            catch (RegexMatchTimeoutException error)
            {
                throw new InputException(
                    $"{file}: alpha_pattern \"{pattern}\" takes too long; do not trust the file.",
                    error
                );
            }
        }

        private static double Number(JsonElement value, string name, string file) =>
            value.ValueKind == JsonValueKind.Number
                ? value.GetDouble()
                : throw new InputException($"{file}: the alpha of {name} is {value}; expected a number.");
    }
}
