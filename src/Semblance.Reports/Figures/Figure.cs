using Semblance.Reports.Scenes;

namespace Semblance.Reports.Figures;

/// <summary>An answer to one question: how it is drawn, what it shows in words, and the numbers behind it.</summary>
/// <param name="Name">Of its files: lower case with hyphens.</param>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Caption">What it says, what its marks are, and what it is based on.</param>
/// <param name="Draw">The drawing at a width and font size.</param>
/// <param name="Data">The numbers that are drawn.</param>
internal sealed record Figure(string Name, string Title, string Caption, Func<FigureStyle, Scene> Draw, DataTable Data);
