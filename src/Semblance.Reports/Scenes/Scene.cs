namespace Semblance.Reports.Scenes;

/// <summary>A drawing: what every back end draws alike.</summary>
/// <param name="Width">In points.</param>
/// <param name="Height">In points.</param>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Description">What can be seen in it, for those who do not see it.</param>
/// <param name="Marks">From back to front.</param>
internal sealed record Scene(double Width, double Height, string Title, string Description, IReadOnlyList<Mark> Marks)
{
    /// <summary>Every text of the scene, in the order of its marks.</summary>
    public IEnumerable<TextMark> Texts() => Marks.SelectMany(TextsOf);

    private static IEnumerable<TextMark> TextsOf(Mark mark) =>
        mark switch
        {
            TextMark text => [text],
            GroupMark group => group.Marks.SelectMany(TextsOf),
            _ => [],
        };
}
