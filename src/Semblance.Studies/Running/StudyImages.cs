using Semblance.Remote;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;
using Semblance.Runs.Generating;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>What became of the images of a study.</summary>
/// <param name="Lost">Calls that gave no image, each a sentence.</param>
/// <param name="Unfinished">Why images are missing that a later run may make, each a sentence; empty where the study goes on.</param>
internal sealed record MadeImages(IReadOnlyList<LostImage> Lost, IReadOnlyList<string> Unfinished);

/// <summary>
/// Makes the images of a study: servers side by side, the models of one after another, and checkpoints one after another
/// beside them, since one alone takes all memory.
/// </summary>
internal sealed class StudyImages(
    StudyFolder folder,
    CallLedger ledger,
    IReadOnlyList<StudyModel> models,
    StudyHost host,
    ServerHost servers
)
{
    private readonly Lock _one = new();
    private readonly List<LostImage> _lost = [];
    private readonly List<string> _unfinished = [];
    private readonly Budget _budget = new(ledger)
    {
        MaxCost = folder.Study.Budget.MaxCost,
        MaxCostOf = folder.Study.Budget.MaxCostOf,
        MaxImages = folder.Study.Budget.MaxImages,
        Currency = folder.Study.Budget.Currency,
    };
    private StudyProgress? _progress;

    private StudyFile Study => folder.Study;

    public async Task<MadeImages> RunAsync(StudyState state, CancellationToken cancellationToken)
    {
        var left = state.Models.Where(model => model.Left > 0).Select(model => model.Model).ToHashSet();
        StudyModel[] open = [.. models.Where(model => left.Contains(model.Id))];
        if (open.Length == 0)
        {
            return new MadeImages([], []);
        }

        // Whatever can be refused is refused before the first image is made.
        var checkpoints = await CheckpointImages.OpenAsync(folder, open, host, Count, cancellationToken);
        var opened = open.Select(model => model.Source)
            .OfType<ServerSource>()
            .Select(source => source.Server)
            .DistinctBy(server => server.Name)
            .ToDictionary(server => server.Name, server => ImageServer.Open(server, servers));
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await host.Stage(
                new StudyStage("generating", StageUnit.Images),
                async report =>
                {
                    var asked = state.Models.Where(model => left.Contains(model.Model)).ToArray();
                    _progress = new StudyProgress(
                        ledger,
                        Study.Budget.Currency,
                        asked.Sum(model => model.There + model.Left),
                        asked.Sum(model => model.There),
                        report
                    );
                    _progress.Start();
                    Task[] work =
                    [
                        .. opened.Values.Select(server =>
                            Task.Run(() => ServeAsync(server, open, stop), CancellationToken.None)
                        ),
                        Task.Run(() => PaintAsync(open, stop.Token), CancellationToken.None),
                        Task.Run(() => checkpoints.RunAsync(Lose, stop.Token), CancellationToken.None),
                    ];
                    await EndAsync(work, stop);
                }
            );
            cancellationToken.ThrowIfCancellationRequested();
            return new MadeImages(_lost, _unfinished);
        }
        finally
        {
            foreach (var server in opened.Values)
            {
                server.Dispose();
            }
        }
    }

    /// <summary>Waits for all; the first fault stops the others, which finish what is under way.</summary>
    private static async Task EndAsync(Task[] work, CancellationTokenSource stop)
    {
        List<Task> open = [.. work];
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            if (ended.IsFaulted)
            {
                await stop.CancelAsync();
            }
        }

        if (work.FirstOrDefault(task => task.IsFaulted) is { } fault)
        {
            await fault;
        }
    }

    private async Task ServeAsync(ImageServer server, StudyModel[] open, CancellationTokenSource stop)
    {
        foreach (var model in open)
        {
            if (
                model.Source is not ServerSource source
                || source.Server.Name != server.Settings.Name
                || stop.IsCancellationRequested
            )
            {
                continue;
            }

            if (server.Closed is null)
            {
                try
                {
                    await ServeAsync(server, model, source, stop);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (ResourceException fault) when (server.Closed is not null)
                {
                    Unfinished(fault.Message);
                }
            }
        }

        if (server.Closed is { } closed)
        {
            Unfinished(closed);
        }
    }

    private async Task ServeAsync(
        ImageServer server,
        StudyModel model,
        ServerSource source,
        CancellationTokenSource stop
    )
    {
        var generator = await server.OpenAsync(
            source.Model,
            _budget,
            new ImageReceiver
            {
                Lost = image => Lose(model, image, stop),
                Received = (request, sent) => KeepRaw(model, request, sent),
            },
            stop.Token
        );
        var known = ledger.All().Where(call => call.Model == model.Id).ToDictionary(call => call.Key);
        ImageRequest[] requests =
        [
            .. StudyCells
                .Requests(model)
                .Where(request =>
                    !StudyCells.IsRefused(known.GetValueOrDefault(new CallKey(model.Id, request.Prompt, request.Name)))
                ),
        ];
        // Images of another recipe are refused before a probe is paid.
        var plan = StudyCells.PlanOf(model, requests);
        GenerateStage.Check(folder.Run, generator, plan);
        await new StudyProbes(folder, host).CheckAsync(generator, model, source, requests, stop.Token);
        if (generator.Closed is null && generator.Limit is null && server.Closed is null)
        {
            await GenerateStage.RunAsync(
                folder.Run,
                [generator],
                plan,
                new Listener(progress => _progress!.Set(model.Id, progress.Done, progress.Total)),
                stop.Token
            );
        }

        if (generator.Closed is { } closed)
        {
            Unfinished(closed);
        }

        if (generator.Limit is { } limit)
        {
            var sentence = $"{char.ToUpperInvariant(limit.Reason[0])}{limit.Reason[1..]}.";
            if (Study.Budget.SkipsModel && limit.OfModel)
            {
                host.Warning($"{model.Id} is left as it is: {limit.Reason}");
            }
            else
            {
                Unfinished(sentence);
            }
        }
    }

    private async Task PaintAsync(StudyModel[] open, CancellationToken cancellationToken)
    {
        foreach (var model in open)
        {
            if (model.Source is PainterSource source)
            {
                await GenerateStage.RunAsync(
                    folder.Run,
                    [new NamedGenerator(model.Id, ModelReader.Painters[source.Painter])],
                    StudyCells.PlanOf(model, [.. StudyCells.Requests(model)]),
                    new Listener(progress => _progress!.Set(model.Id, progress.Done, progress.Total)),
                    cancellationToken
                );
            }
        }
    }

    private void Count(StudyModel model, StageCount count) =>
        _progress?.Set(model.Id, model.Images - count.OfImages + count.Images, model.Images);

    private void Lose(LostImage image)
    {
        lock (_one)
        {
            _lost.Add(image);
        }
    }

    private void KeepRaw(StudyModel model, ImageRequest request, EncodedImage sent)
    {
        if (Study.KeepRaw)
        {
            GenerateStage.KeepApart(folder.Run, "raw", model.Id, request, ExtensionOf(sent), sent.Bytes);
        }
    }

    private void Lose(StudyModel model, LostImage image, CancellationTokenSource stop)
    {
        Lose(image);
        host.Warning(image.Reason.TrimEnd('.'));
        if (image.Sent is { } sent)
        {
            GenerateStage.KeepApart(
                folder.Run,
                GenerateStage.FailedFolder,
                model.Id,
                image.Request,
                ExtensionOf(sent),
                sent.Bytes
            );
        }

        _progress?.Lose();
        var stops = image.State is CallState.Filtered or CallState.Blank ? Study.FilteredFails : Study.ErrorsStop;
        if (stops)
        {
            Unfinished($"The study stops at the first image that is missing, as it says: {image.Reason}");
            stop.Cancel();
        }
    }

    private static string ExtensionOf(EncodedImage image) =>
        image.MediaType.Split('/')[^1].Replace("jpeg", "jpg", StringComparison.Ordinal);

    private void Unfinished(string sentence)
    {
        lock (_one)
        {
            if (!_unfinished.Contains(sentence))
            {
                _unfinished.Add(sentence);
            }
        }
    }

    // Called at once: System.Progress would post it to the pool.
    private sealed class Listener(Action<GenerateProgress> receive) : IProgress<GenerateProgress>
    {
        public void Report(GenerateProgress value) => receive(value);
    }
}
