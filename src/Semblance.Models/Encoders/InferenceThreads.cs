namespace Semblance.Models.Encoders;

/// <summary>
/// How the threads of an encoder are shared out. Batches that run in parallel never wait for each other, while the
/// threads within an operator wait at its end for the last of them: longest where a core is decoding the next images.
/// </summary>
/// <param name="Lanes">Batches at once.</param>
/// <param name="PerLane">Threads within one operator.</param>
internal readonly record struct InferenceThreads(int Lanes, int PerLane)
{
    // Every lane has activations of its own; those of four batches are still small beside the weights.
    private const int MostLanes = 4;

    /// <summary>Shares out the threads that the options ask for.</summary>
    public static InferenceThreads Of(EncoderOptions options)
    {
        var all = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var most = options.Lanes > 0 ? options.Lanes : MostLanes;
        // As many threads as possible have work; then as many runs as possible.
        var lanes = Enumerable.Range(1, most).MaxBy(lanes => (lanes * (all / lanes), lanes));
        return new InferenceThreads(lanes, all / lanes);
    }
}
