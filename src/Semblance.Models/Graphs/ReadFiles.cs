using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Graphs;

/// <summary>
/// Files that a .onnx file names, read into memory and given to a session that is about to be loaded: it copies its
/// initializers from there, and neither opens nor maps the files. The .NET package has no method for that, so the
/// function is called as C programs call it.
/// </summary>
internal sealed unsafe partial class ReadFiles : IDisposable
{
    // Places in the table of functions (struct OrtApi of onnxruntime_c_api.h), to which later versions only append.
    private const int GetErrorMessage = 2;
    private const int ReleaseStatus = 93;
    private const int AddExternalInitializersFromFilesInMemory = 279;
    private const uint FirstVersionWithAll = 18;

    private readonly List<FileMemory> _held = [];
    private readonly List<nint> _names = [];

    /// <summary>Reads the files; they are to be disposed of when the session has been loaded.</summary>
    /// <param name="files">Each by the name that tensors give it, exactly, and where it lies.</param>
    /// <param name="options">Of the session.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static ReadFiles Lend(IReadOnlyList<(string Location, string File)> files, SessionOptions options)
    {
        var read = new ReadFiles();
        try
        {
            var byPath = new Dictionary<string, FileMemory>(StringComparer.Ordinal);
            foreach (var (location, file) in files)
            {
                read._names.Add(
                    OperatingSystem.IsWindows()
                        ? Marshal.StringToCoTaskMemUni(location)
                        : Marshal.StringToCoTaskMemUTF8(location)
                );
                if (!byPath.ContainsKey(file))
                {
                    byPath[file] = FileMemory.Read(file);
                    read._held.Add(byPath[file]);
                }
            }

            read.Add([.. files.Select(file => byPath[file.File])], options);
            return read;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _held.ForEach(memory => memory.Dispose());
        _names.ForEach(Marshal.FreeCoTaskMem);
        _held.Clear();
        _names.Clear();
    }

    private void Add(FileMemory[] memories, SessionOptions options)
    {
        var getApi = (delegate* unmanaged[Stdcall]<uint, void**>)ApiBase()[0];
        var api = getApi(FirstVersionWithAll);
        var add = (delegate* unmanaged[Stdcall]<nint, nint*, nint*, nuint*, nuint, nint>)
            api[AddExternalInitializersFromFilesInMemory];
        nint status;
        fixed (nint* names = _names.ToArray())
        fixed (nint* addresses = memories.Select(memory => memory.Address).ToArray())
        fixed (nuint* lengths = memories.Select(memory => (nuint)memory.Length).ToArray())
        {
            status = add(options.DangerousGetHandle(), names, addresses, lengths, (nuint)memories.Length);
        }

        GC.KeepAlive(options);
        if (status == 0)
        {
            return;
        }

        var message = ((delegate* unmanaged[Stdcall]<nint, nint>)api[GetErrorMessage])(status);
        var said = Marshal.PtrToStringUTF8(message);
        ((delegate* unmanaged[Stdcall]<nint, void>)api[ReleaseStatus])(status);
        throw new InputException($"ONNX Runtime does not take the files that tensors name: {said}");
    }

    [LibraryImport("onnxruntime", EntryPoint = "OrtGetApiBase")]
    private static partial void** ApiBase();
}
