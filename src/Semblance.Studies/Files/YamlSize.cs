using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Semblance.Studies.Files;

/// <summary>Refuses what would overflow the stack or fill memory once it is read: deep nesting, and anchors that repeat others.</summary>
internal static class YamlSize
{
    private const int Deepest = 64;
    private const long Most = 1_000_000;

    /// <summary>Goes through the events of a text, which needs neither stack nor memory.</summary>
    /// <exception cref="InputException">It is nested too deep, or its aliases stand for too much; half a sentence.</exception>
    /// <exception cref="YamlException">It is not YAML.</exception>
    public static void Check(string text)
    {
        var sizes = new Dictionary<AnchorName, long>();
        var open = new Stack<(AnchorName Anchor, long Size)>();
        open.Push((AnchorName.Empty, 0));
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)parser.Current).Anchor, 1));
                    if (open.Count > Deepest)
                    {
                        throw new YamlException(
                            parser.Current.Start,
                            parser.Current.End,
                            $"Nested deeper than {Deepest} levels, which no study is"
                        );
                    }

                    break;
                case MappingEnd or SequenceEnd:
                    var (anchor, size) = open.Pop();
                    Add(anchor, size);
                    break;
                case Scalar scalar:
                    Add(scalar.Anchor, 1);
                    break;
                case AnchorAlias alias:
                    Add(AnchorName.Empty, sizes.GetValueOrDefault(alias.Value, 1));
                    break;
            }
        }

        void Add(AnchorName anchor, long size)
        {
            if (!anchor.IsEmpty)
            {
                sizes[anchor] = size;
            }

            var (own, before) = open.Pop();
            open.Push((own, before + size));
            if (before + size > Most)
            {
                throw new YamlException(
                    parser.Current!.Start,
                    parser.Current.End,
                    $"Its aliases stand for more than {Most} values"
                );
            }
        }
    }
}
