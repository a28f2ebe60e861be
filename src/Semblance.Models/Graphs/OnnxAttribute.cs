using Google.Protobuf;
using Semblance.Models.Graphs.Onnx;
using AttributeType = Semblance.Models.Graphs.Onnx.AttributeProto.Types.AttributeType;

namespace Semblance.Models.Graphs;

/// <summary>Attributes of operators, whose kind in the file follows from the value's type.</summary>
internal static class OnnxAttribute
{
    /// <summary>One named attribute of an operator.</summary>
    /// <param name="name">As the operator names it.</param>
    /// <param name="value">A long, float, string or long[].</param>
    public static AttributeProto Of(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long i:
                (attribute.Type, attribute.I) = (AttributeType.Int, i);
                break;
            case float f:
                (attribute.Type, attribute.F) = (AttributeType.Float, f);
                break;
            case string s:
                (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFromUtf8(s));
                break;
            case long[] list:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.AddRange(list);
                break;
            default:
                throw new ArgumentException($"Attribute {name} is a {value.GetType()}.", nameof(value));
        }

        return attribute;
    }
}
