using System.Globalization;
using Semblance.Imaging.Resizing;

namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>What the resize aims at.</summary>
public enum ResizeRule
{
    /// <summary>The image keeps its size.</summary>
    None,

    /// <summary>The shorter side becomes <see cref="PreprocessingRecipe.ResizeHeight"/>; the longer one is cut to a whole number.</summary>
    ShortestEdge,

    /// <summary>Height and width become exactly those given.</summary>
    Exact,
}

/// <summary>How half a pixel of crop margin is decided.</summary>
public enum CropRounding
{
    /// <summary>A half goes to the even neighbour, as torchvision rounds.</summary>
    HalfToEven,

    /// <summary>Always down, as transformers rounds.</summary>
    Down,
}

/// <summary>When and how an image becomes RGB.</summary>
public enum ColourOrder
{
    /// <summary>After resize and crop; alpha is dropped then, premultiplied pixels stay, so clear areas turn black.</summary>
    AfterCrop,

    /// <summary>First; alpha is dropped and the colour below it shows.</summary>
    FirstDropAlpha,

    /// <summary>First; the image is laid on white.</summary>
    FirstOnWhite,
}

/// <summary>
/// From a decoded image to the numbers that a network takes: resize, crop, RGB, then (value * Scale - Mean) / Std.
/// </summary>
public sealed record PreprocessingRecipe
{
    /// <summary>Mean of CLIP's training images, of values 0 to 1.</summary>
    public static PerChannel ClipMean { get; } = new(0.48145466, 0.4578275, 0.40821073);

    /// <summary>Standard deviation of CLIP's training images.</summary>
    public static PerChannel ClipStd { get; } = new(0.26862954, 0.26130258, 0.27577711);

    /// <summary>Mean of ImageNet, of values 0 to 1.</summary>
    public static PerChannel ImageNetMean { get; } = new(0.485, 0.456, 0.406);

    /// <summary>Standard deviation of ImageNet's channels, on a scale of 0 to 1.</summary>
    public static PerChannel ImageNetStd { get; } = new(0.229, 0.224, 0.225);

    /// <summary>What it is called: openai, hf, hf4, siglip, dinov2 or a name of the user's.</summary>
    public required string Name { get; init; }

    /// <summary>The aim of the resize.</summary>
    public ResizeRule Resize { get; init; } = ResizeRule.ShortestEdge;

    /// <summary>Height after the resize; for <see cref="ResizeRule.ShortestEdge"/> the length of the shorter side.</summary>
    public int ResizeHeight { get; init; }

    /// <summary>Width after the resize; not looked at for <see cref="ResizeRule.ShortestEdge"/>.</summary>
    public int ResizeWidth { get; init; }

    /// <summary>The resampling filter of the resize; bicubic by default.</summary>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Bicubic;

    /// <summary>Order of the two passes of the resize.</summary>
    public PassOrder Passes { get; init; } = PassOrder.AcrossFirst;

    /// <summary>Height of the centre crop; 0 for none.</summary>
    public int CropHeight { get; init; }

    /// <summary>Width of the centre crop; 0 for none.</summary>
    public int CropWidth { get; init; }

    /// <summary>How half a pixel of margin is decided.</summary>
    public CropRounding Rounding { get; init; } = CropRounding.Down;

    /// <summary>When and how the image becomes RGB.</summary>
    public ColourOrder Colour { get; init; } = ColourOrder.FirstOnWhite;

    /// <summary>What the bytes are multiplied by.</summary>
    public double Scale { get; init; } = 1.0 / 255;

    /// <summary>Subtracted from each channel after scaling.</summary>
    public PerChannel Mean { get; init; }

    /// <summary>Each channel is divided by this, after the mean is subtracted.</summary>
    public PerChannel Std { get; init; } = new(1, 1, 1);

    /// <summary>Rows of what the network gets.</summary>
    public int Height => CropHeight > 0 ? CropHeight : ResizeHeight;

    /// <summary>Columns of what the network gets.</summary>
    public int Width => CropWidth > 0 ? CropWidth : ResizeWidth;

    /// <summary>Everything that decides the numbers, in one line; two recipes with other numbers have other descriptions.</summary>
    public string Description
    {
        get
        {
            var colour = Colour switch
            {
                ColourOrder.AfterCrop => "RGB after the crop",
                ColourOrder.FirstDropAlpha => "RGB first, alpha dropped",
                _ => "RGB first, laid on white",
            };
            var resize = Resize switch
            {
                ResizeRule.None => "no resize",
                ResizeRule.ShortestEdge => $"shortest edge {ResizeHeight}, {FilterName}",
                _ => $"resize to {ResizeHeight}x{ResizeWidth}, {FilterName}",
            };
            var crop =
                CropHeight == 0
                    ? "no crop"
                    : $"centre crop {CropHeight}x{CropWidth} ({(Rounding == CropRounding.Down ? "margin rounded down" : "margin rounded half to even")})";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Name}: {resize}; {crop}; {colour}; scale {ScaleText}; mean {Mean}; std {Std}"
            );
        }
    }

    private string FilterName =>
        Filter.ToString().ToLowerInvariant() + (Passes == PassOrder.Pillow13 ? ", passes of Pillow 13" : "");

    /// <summary>What decides the bytes before scaling: recipes that differ in their name and in scaling only have the same.</summary>
    internal PreprocessingRecipe Geometry =>
        this with
        {
            Name = "",
            Scale = 1,
            Mean = default,
            Std = new PerChannel(1, 1, 1),
        };

    private string ScaleText => Scale == 1.0 / 255 ? "1/255" : Scale.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The transform of the openai/CLIP package (torchvision).</summary>
    public static PreprocessingRecipe OpenAi(int size = 224) =>
        Square("openai", size, ClipMean, ClipStd) with
        {
            Rounding = CropRounding.HalfToEven,
            Colour = ColourOrder.AfterCrop,
        };

    /// <summary>As <c>CLIPImageProcessor</c> of transformers 5 does.</summary>
    public static PreprocessingRecipe Hf(int size = 224) => Square("hf", size, ClipMean, ClipStd);

    /// <summary>As <c>CLIPImageProcessor</c> of transformers 4 does.</summary>
    public static PreprocessingRecipe Hf4(int size = 224) =>
        Square("hf4", size, ClipMean, ClipStd) with
        {
            Colour = ColourOrder.FirstDropAlpha,
        };

    /// <summary>As <c>SiglipImageProcessor</c> of transformers 5 does.</summary>
    public static PreprocessingRecipe Siglip(int size = 224) =>
        new()
        {
            Name = "siglip",
            Resize = ResizeRule.Exact,
            ResizeHeight = size,
            ResizeWidth = size,
            Mean = new(0.5, 0.5, 0.5),
            Std = new(0.5, 0.5, 0.5),
        };

    /// <summary>BitImageProcessor of transformers 5 with DINOv2's numbers.</summary>
    /// <param name="size">Side of the crop.</param>
    /// <param name="shortestEdge">Shorter side after the resize.</param>
    public static PreprocessingRecipe Dinov2(int size = 224, int shortestEdge = 256) =>
        Square("dinov2", size, ImageNetMean, ImageNetStd) with
        {
            ResizeHeight = shortestEdge,
        };

    /// <summary>The shorter side resized to a size, and a square of that size cropped from the middle.</summary>
    internal static PreprocessingRecipe Square(string name, int size, PerChannel mean, PerChannel std) =>
        new()
        {
            Name = name,
            ResizeHeight = size,
            CropHeight = size,
            CropWidth = size,
            Mean = mean,
            Std = std,
        };

    /// <summary>The recipe of a family with its published numbers, for images of another size than 224 too.</summary>
    public static PreprocessingRecipe Of(RecipeFamily family, int size = 224) =>
        family switch
        {
            RecipeFamily.OpenAi => OpenAi(size),
            RecipeFamily.Hf => Hf(size),
            RecipeFamily.Hf4 => Hf4(size),
            RecipeFamily.Siglip => Siglip(size),
            RecipeFamily.Dinov2 => Dinov2(size, size * 256 / 224),
            _ => Hf(size) with { Name = "custom" },
        };

    /// <summary>The family of a name as <see cref="Name"/> has it.</summary>
    /// <exception cref="UsageException">The name is not known.</exception>
    public static RecipeFamily FamilyOf(string name) =>
        name switch
        {
            "openai" => RecipeFamily.OpenAi,
            "hf" => RecipeFamily.Hf,
            "hf4" => RecipeFamily.Hf4,
            "siglip" => RecipeFamily.Siglip,
            "dinov2" => RecipeFamily.Dinov2,
            "custom" => RecipeFamily.Custom,
            _ => throw new UsageException(
                $"There is no preprocessing recipe '{name}': take openai, hf, hf4, siglip or dinov2."
            ),
        };

    /// <summary>The recipe itself if its numbers go together.</summary>
    /// <exception cref="InputException">The size of the result is not fixed, or a number is out of range.</exception>
    public PreprocessingRecipe Checked() =>
        Fault is { } fault
            ? throw new InputException($"The preprocessing recipe '{Name}' cannot be used: {fault}.")
            : this;

    /// <summary>Why it cannot be followed, as half a sentence; null where it can.</summary>
    internal string? Fault
    {
        get
        {
            const int Largest = 16_384;
            int[] sizes = [ResizeHeight, ResizeWidth, CropHeight, CropWidth];
            double[] numbers = [Scale, Mean.R, Mean.G, Mean.B, Std.R, Std.G, Std.B];
            return Resize switch
            {
                _ when sizes.Any(size => size is < 0 or > Largest) => $"a size is not between 1 and {Largest}",
                _ when CropHeight == 0 != (CropWidth == 0) => "a crop needs both a height and a width",
                ResizeRule.ShortestEdge when ResizeHeight == 0 => "the size to resize to is missing",
                ResizeRule.Exact when ResizeHeight == 0 || ResizeWidth == 0 => "the size to resize to is missing",
                not ResizeRule.Exact when CropHeight == 0 =>
                    "images of any shape would keep their shape: add a centre crop or an exact size",
                ResizeRule.ShortestEdge when Math.Max(CropHeight, CropWidth) > ResizeHeight =>
                    $"the crop {CropHeight}x{CropWidth} is larger than the shortest edge {ResizeHeight}",
                ResizeRule.Exact when CropHeight > ResizeHeight || CropWidth > ResizeWidth =>
                    $"the crop {CropHeight}x{CropWidth} is larger than the resized {ResizeHeight}x{ResizeWidth}",
                _ when !numbers.All(double.IsFinite) || Scale == 0 || Std.R == 0 || Std.G == 0 || Std.B == 0 =>
                    "scale, mean and std must be finite, scale and std not zero",
                _ => null,
            };
        }
    }
}
