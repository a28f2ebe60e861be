using Semblance.Models.Catalog;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Encoders;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;
using Semblance.Wording;

namespace Semblance.Studies.Fetching;

/// <summary>A pipeline, as far as it is there.</summary>
/// <param name="Folder">The folder or file where it is, or null if it would have to be fetched.</param>
/// <param name="Name">What the model is called.</param>
/// <param name="Lacks">What would be fetched, where the folder is null.</param>
public sealed record PipelineSource(string? Folder, string Name, Download? Lacks = null)
{
    /// <summary>The settings with the places of parts that are taken from elsewhere; null where nobody looked for them.</summary>
    public DiffusionSettings? Settings { get; init; }
}

/// <summary>Fetches what is lacking from the hub, once the user has agreed to its size and licence.</summary>
public static class ModelFetch
{
    /// <summary>Pulls what a request asks for.</summary>
    /// <param name="request">What.</param>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="host">Asked before a download.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="ResourceException">It is not available, or the user did not agree.</exception>
    public static Task<string> PullAsync(
        PullRequest request,
        string name,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(host);
        return PullAsync(request, name, check: null, host, cancellationToken);
    }

    private static async Task<string> PullAsync(
        PullRequest request,
        string name,
        Action<PullPlan>? check,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var settings = SettingsOf(request, host);
        if (settings.Offline)
        {
            return SnapshotFiles.Find(request, settings.CacheFolder) ?? throw NotHeld(request, name, settings, host);
        }

        using var client = new HubClient(settings, host.Note);
        var plan = await client.PlanAsync(request, cancellationToken);
        check?.Invoke(plan);
        if (plan.MissingBytes > 0 && !await host.Agree(new Download(name, plan, settings), cancellationToken))
        {
            throw new ResourceException($"{name} was not fetched: the answer was no.");
        }

        var snapshot = await host.StageAsync(
            new StudyStage($"pulling {name}", StageUnit.Bytes),
            report =>
                client.PullAsync(
                    plan,
                    progress => report(new StageCount(progress.Done, progress.Total)),
                    cancellationToken
                )
        );
        var total = ByteText.Of(plan.TotalBytes);
        host.Note(
            plan.MissingBytes > 0
                ? $"{name}: {total} verified and in {snapshot}"
                : $"{name}: all of its {total} were there already, in {snapshot}"
        );
        return snapshot;
    }

    /// <summary>Pulls what an encoder lacks. Offline nothing is done: opening the encoder says what is missing.</summary>
    /// <exception cref="ResourceException">It is not available, or the user did not agree.</exception>
    public static async Task EncoderAsync(string name, StudyHost host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        var options = new EncoderOptions { HubCache = host.Hub?.CacheFolder };
        if (host.Offline || EncoderCatalog.Lacks(name, options) is not { } request || host.Settings.Offline)
        {
            return;
        }

        try
        {
            await PullAsync(request, name, host, cancellationToken);
        }
        catch (ResourceException fault)
        {
            throw new ResourceException(
                $"{fault.Message} The encoder {name} is not in the cache; the cache of another machine may be copied.",
                fault
            )
            {
                Remedies =
                [
                    .. fault.Remedies,
                    new Remedy(RemedyKind.FetchFromHub, name),
                    new Remedy(RemedyKind.BuiltinEncoder, EncoderCatalog.Builtin),
                ],
            };
        }
    }

    /// <summary>The folder of a pipeline: one that exists as it is, else a known name or hub id, pulled where the cache lacks it.</summary>
    /// <param name="model">A folder, a known name, or a hub id.</param>
    /// <param name="variant">
    /// Of the weights, such as <c>fp16</c>; <c>fp32</c> for the plain ones, null for these or, if only those are there,
    /// the half-precision ones.
    /// </param>
    /// <param name="preferHalf">Where the variant is null, whether the half-precision ones come first.</param>
    /// <param name="look">Only look: nothing is fetched, and the download is returned in place of the folder.</param>
    /// <param name="host">Asked before a download.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <exception cref="ResourceException">It is not available, or the user did not agree.</exception>
    /// <exception cref="InputException">The hub has it, but it is not a pipeline that is known.</exception>
    public static async Task<PipelineSource> PipelineAsync(
        string model,
        string? variant,
        bool preferHalf,
        bool look,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        var isPath =
            model.AsSpan().ContainsAny('/', '\\') && KnownModel.Find(model) is null && !HubRepository.IsId(model);
        if (Path.Exists(model) || SingleFileCheckpoint.IsOne(model) || isPath)
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model)));
            return new(model, SingleFileCheckpoint.IsOne(model) ? Path.GetFileNameWithoutExtension(name) : name);
        }

        if (KnownModel.Find(model) is null && !HubRepository.IsId(model))
        {
            var pipelines = KnownModel.All.Where(known => known.Role == ModelRole.Pipeline).Select(known => known.Name);
            throw new UsageException(
                $"There is no model, folder or file '{model}'; known names are {string.Join(", ", SimilarNames.Ordered(model, pipelines))}, and a folder of diffusers, a checkpoint in one file or a hub id org/name is taken."
            );
        }

        var request = KnownModel.Request(model) with { Variant = variant is "fp32" ? null : variant };
        var half = request with { Variant = "fp16" };
        var called = KnownModel.Find(model)?.Name ?? request.Repository.Name.Split('/')[^1];
        var cache = host.Settings.CacheFolder;
        // If only one form was fetched, it is the one to use.
        PullRequest[] forms =
            variant is not null ? [request]
            : preferHalf ? [half, request]
            : [request, half];
        if (forms.Select(form => SnapshotFiles.Find(form, cache)).OfType<string>().FirstOrDefault() is { } held)
        {
            return new(held, called);
        }

        try
        {
            return await FetchAsync(forms[0]);
        }
        catch (ResourceException fault)
            when (forms[0] != request && fault.Remedies.Any(remedy => remedy.Kind == RemedyKind.OtherVariant))
        {
            // Half-precision files are not published: the plain ones are rounded when they are loaded.
            return await FetchAsync(request);
        }

        async Task<PipelineSource> FetchAsync(PullRequest form) =>
            look
                ? await LookAsync(form, model, called, host, cancellationToken)
                : new(
                    await PullAsync(form, model, plan => RequirePipeline(plan, model), host, cancellationToken),
                    called
                );
    }

    /// <summary>A pipeline that the cache does not know under that name, without fetching any of it.</summary>
    private static async Task<PipelineSource> LookAsync(
        PullRequest request,
        string model,
        string name,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var settings = SettingsOf(request, host);
        if (settings.Offline)
        {
            throw NotHeld(request, model, settings, host);
        }

        using var client = new HubClient(settings, host.Note);
        var plan = await client.PlanAsync(request, cancellationToken);
        RequirePipeline(plan, model);
        // A tag, or a commit that changed other files: all the bytes are there, and a pull only links them.
        return plan.MissingFiles == 0
            ? new(await client.PullAsync(plan, progress: null, cancellationToken), name)
            : new(null, name, new Download(model, plan, settings));
    }

    private static void RequirePipeline(PullPlan plan, string model) =>
        PipelineKind.Require(
            plan.Pipeline
                ?? throw new InputException(
                    $"{model} is not a diffusion model in the form of diffusers: it has no model_index.json."
                ),
            model
        );

    private static HubSettings SettingsOf(PullRequest request, StudyHost host)
    {
        var settings = host.Settings;
        return settings with
        {
            Offline = settings.Offline || host.Offline,
            Parallel = request.Repository.Kind == HubKind.Dataset ? 8 : settings.Parallel,
        };
    }

    private static ResourceException NotHeld(PullRequest request, string name, HubSettings settings, StudyHost host) =>
        new(
            (
                SnapshotFiles.Unfinished(request, settings.CacheFolder) is { } held
                    ? $"{name} is not all in the cache: {held}. Nothing is fetched"
                    : $"{name} is not in the cache {settings.CacheFolder}, and nothing is fetched"
            ) + (host.Offline ? "." : ": HF_HUB_OFFLINE is set.")
        )
        {
            Remedies = host.Offline ? [new Remedy(RemedyKind.AllowDownload)] : [],
        };
}
