using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Graphs.Onnx;
using Semblance.Tensors;

namespace Semblance.Models.Graphs;

/// <summary>
/// Emits an ONNX graph. A network calls it layer by layer; weights are not copied into the graph but referred to by
/// file, offset and length, so the graph of a network of any size is a few hundred kilobytes. Weights of another type
/// than the arithmetic's pass through a Cast, which ONNX Runtime does once, when it loads the graph. Inputs and outputs
/// are float32 in every precision.
/// </summary>
internal sealed class GraphBuilder(Weights weights, AdapterSet? adapters = null, Precision precision = Precision.Fp32)
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Contrib = "com.microsoft";

    // 21 has Gelu, LayerNormalization and GroupNormalization; 10 is the intermediate representation that goes with it.
    private const int Opset = 21;
    private const int IrVersion = 10;

    private readonly GraphProto _graph = new() { Name = "semblance" };
    private readonly Dictionary<string, Value> _stored = [];
    private readonly Dictionary<(string Name, TensorElementType Type), Value> _weights = [];
    private readonly ExternalTensors _external = new();
    private readonly Dictionary<string, Value> _observed = [];
    private readonly AdapterSet _adapters = adapters ?? AdapterSet.None;
    private readonly HashSet<string> _adapted = [];

    /// <summary>The checkpoint from which <see cref="Weight"/> takes tensors.</summary>
    public Weights Weights => weights;

    /// <summary>The type in which the network calculates, but for what it keeps in float32.</summary>
    public TensorElementType Arithmetic { get; } =
        precision switch
        {
            Precision.Fp16 => TensorElementType.Float16,
            Precision.Bf16 => TensorElementType.BFloat16,
            _ => TensorElementType.Float,
        };

    /// <summary>Intermediate values that a network has marked by <see cref="Observe"/>, by name.</summary>
    public IReadOnlyDictionary<string, Value> Observed => _observed;

    /// <summary>Stands for an optional input of an operator that is left out.</summary>
    public Value Absent => new(this, "", TensorElementType.Float);

    /// <summary>Declares an input. A size of -1 is left open until the graph is run.</summary>
    public Value Input(string name, TensorElementType type, params ReadOnlySpan<long> shape)
    {
        var sizes = new TensorShapeProto();
        for (var axis = 0; axis < shape.Length; axis++)
        {
            sizes.Dim.Add(
                shape[axis] < 0
                    ? new TensorShapeProto.Types.Dimension { DimParam = $"{name}_{axis}" }
                    : new TensorShapeProto.Types.Dimension { DimValue = shape[axis] }
            );
        }

        _graph.Input.Add(Info(name, new TypeProto.Types.Tensor { ElemType = (int)type, Shape = sizes }));
        return new Value(this, name, type);
    }

    /// <summary>Declares an output of the graph, in float32.</summary>
    public void Output(string name, Value value)
    {
        value = value.In(TensorElementType.Float);
        var result = new NodeProto { OpType = "Identity", Name = name };
        result.Input.Add(value.Name);
        result.Output.Add(name);
        _graph.Node.Add(result);
        // Left without a shape: ONNX Runtime infers it.
        _graph.Output.Add(Info(name, new TypeProto.Types.Tensor { ElemType = (int)TensorElementType.Float }));
    }

    /// <summary>Marks a value that a test or a debugger may want to see. Costs nothing unless it is made an output.</summary>
    public Value Observe(string name, Value value)
    {
        _observed[name] = value;
        return value;
    }

    /// <summary>A tensor of the checkpoint in the type of the arithmetic.</summary>
    /// <exception cref="InputException">It is missing or has another shape.</exception>
    public Value Weight(string name, params ReadOnlySpan<long> shape) => WeightIn(name, Arithmetic, shape);

    /// <summary>A tensor of the checkpoint as float32, for what is not calculated in half precision.</summary>
    /// <exception cref="InputException">It is missing or has another shape.</exception>
    public Value WideWeight(string name, params ReadOnlySpan<long> shape) =>
        WeightIn(name, TensorElementType.Float, shape);

    /// <summary>Numbers that are part of the network's definition, with a shape.</summary>
    public Value Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Constant(TensorElementType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant vector of 64-bit integers.</summary>
    public Value Constant(ReadOnlySpan<long> values) =>
        Constant(TensorElementType.Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>A constant number, without axes.</summary>
    public Value Scalar(float value) => Constant([value], []);

    /// <summary>A constant number of a type.</summary>
    public Value Scalar(float value, TensorElementType type) => Scalar(value).In(type);

    /// <summary>Two-dimensional convolution; <paramref name="pads"/> are top, left, bottom, right.</summary>
    public Value Conv(Value x, Value weight, Value? bias, long stride, ReadOnlySpan<long> pads, long groups = 1) =>
        Op(
            "Conv",
            bias is { } b ? [x, weight, b] : [x, weight],
            ("strides", new[] { stride, stride }),
            ("pads", pads.ToArray()),
            ("group", groups)
        );

    /// <summary>Joins values along one axis.</summary>
    public Value Concat(long axis, params ReadOnlySpan<Value> parts) => Op("Concat", parts, ("axis", axis));

    /// <summary>Picks rows of <paramref name="table"/> along an axis by whole-number <paramref name="indices"/>.</summary>
    public Value Gather(Value table, Value indices, long axis = 0) => Op("Gather", [table, indices], ("axis", axis));

    /// <summary>An operator with one output; attributes are long, float, string or long[].</summary>
    public Value Op(
        string type,
        ReadOnlySpan<Value> inputs,
        params ReadOnlySpan<(string Name, object Value)> attributes
    ) => Ops(type, inputs, 1, attributes)[0];

    /// <summary>An operator of another domain with one output.</summary>
    public Value Op(
        string type,
        ReadOnlySpan<Value> inputs,
        string domain,
        params ReadOnlySpan<(string Name, object Value)> attributes
    ) => Ops(type, inputs, 1, attributes, domain)[0];

    /// <summary>An operator with several outputs.</summary>
    public Value[] Ops(
        string type,
        ReadOnlySpan<Value> inputs,
        int outputs,
        ReadOnlySpan<(string Name, object Value)> attributes,
        string domain = ""
    )
    {
        var node = new NodeProto
        {
            OpType = type,
            Domain = domain,
            Name = $"{type}_{_graph.Node.Count}",
        };
        foreach (var input in inputs)
        {
            node.Input.Add(input.Name);
        }

        var results = new Value[outputs];
        for (var i = 0; i < outputs; i++)
        {
            // All operators here but Cast, which is not emitted by this, keep the type of their first input.
            results[i] = new Value(this, outputs == 1 ? node.Name : $"{node.Name}.{i}", inputs[0].Type);
            node.Output.Add(results[i].Name);
        }

        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(OnnxAttribute.Of(name, value));
        }

        _graph.Node.Add(node);
        return results;
    }

    /// <summary>Ends the building and gives the graph.</summary>
    /// <exception cref="InputException">An adapter belongs to a module that the network does not have.</exception>
    public Graph Build()
    {
        RefuseUnusedAdapters();
        var folder = _external.Locate();
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "semblance",
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Contrib, Version = 1 });
        return new Graph(model.ToByteArray(), folder, weights.Source)
        {
            Stored = _external.Stored,
            Precision = precision,
        };
    }

    /// <summary>A value in another type.</summary>
    internal Value Cast(Value value, TensorElementType type) =>
        Op("Cast", [value], ("to", (long)type)) with
        {
            Type = type,
        };

    /// <summary>A stored tensor under a name of its own, as it is stored, whichever of its sizes of 1 at the end are written.</summary>
    public Value Initializer(string name, TensorEntry stored, params ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name };
        foreach (var size in shape)
        {
            tensor.Dims.Add(size);
        }

        if (stored.CanBeMapped)
        {
            tensor.DataType = (int)ElementType(stored.Type);
            _external.Add(tensor, stored);
        }
        else
        {
            tensor.DataType = (int)TensorElementType.Float;
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(stored.ReadFloat32()));
        }

        _graph.Initializer.Add(tensor);
        return new Value(this, name, (TensorElementType)tensor.DataType);
    }

    /// <summary>A stored tensor under a name of its own, as float32.</summary>
    public Value WideInitializer(string name, TensorEntry stored) =>
        Initializer(name, stored, stored.Shape).In(TensorElementType.Float);

    /// <summary>What the adapters do to a module; null for nothing.</summary>
    public ModuleAdapter? AdapterOf(string module) => Adapted(_adapters.Modules, module);

    /// <summary>The rows that the adapters add to an embedding table, one after another; null for none.</summary>
    public float[]? NewRowsOf(string table) => Adapted(_adapters.NewRows, table);

    private T? Adapted<T>(IReadOnlyDictionary<string, T> all, string name)
        where T : class
    {
        if (all.TryGetValue(name, out var found))
        {
            _adapted.Add(name);
        }

        return found;
    }

    private void RefuseUnusedAdapters()
    {
        string[] left =
        [
            .. _adapters.Modules.Keys.Concat(_adapters.NewRows.Keys).Where(name => !_adapted.Contains(name)),
        ];
        if (left.Length > 0)
        {
            throw new InputException(
                $"{_adapters.Source} changes {string.Join(", ", left.Take(3))}, which is not a linear layer or convolution that can be changed; leave it out."
            );
        }
    }

    private static ValueInfoProto Info(string name, TypeProto.Types.Tensor type) =>
        new()
        {
            Name = name,
            Type = new TypeProto { TensorType = type },
        };

    private Value Constant(TensorElementType type, ReadOnlySpan<byte> values, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto
        {
            Name = $"constant_{_graph.Initializer.Count}",
            DataType = (int)type,
            RawData = ByteString.CopyFrom(values),
        };
        foreach (var size in shape)
        {
            tensor.Dims.Add(size);
        }

        _graph.Initializer.Add(tensor);
        return new Value(this, tensor.Name, type);
    }

    private Value WeightIn(string name, TensorElementType type, ReadOnlySpan<long> shape)
    {
        var weight = weights.Require(name, shape);
        if (_weights.TryGetValue((name, type), out var known))
        {
            return known;
        }

        if (!_stored.TryGetValue(name, out var stored))
        {
            stored = _stored[name] = Initializer(name, weight, shape);
        }

        return _weights[(name, type)] = stored.In(type);
    }

    private static TensorElementType ElementType(TensorType type) =>
        type switch
        {
            TensorType.Float16 => TensorElementType.Float16,
            TensorType.BFloat16 => TensorElementType.BFloat16,
            TensorType.Float64 => TensorElementType.Double,
            _ => TensorElementType.Float,
        };
}
