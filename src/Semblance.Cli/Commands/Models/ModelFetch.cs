using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Cli.Commands.Models;

/// <summary>Whether anybody is asked before a download, and whether there may be one.</summary>
/// <param name="Yes"><c>--yes</c>: without a question.</param>
/// <param name="Offline"><c>--offline</c>: never.</param>
internal sealed record FetchConsent(bool Yes, bool Offline);

/// <summary>A pipeline, as far as it is there.</summary>
/// <param name="Folder">Where it is, or null where it would have to be fetched.</param>
/// <param name="Name">What the model is called.</param>
/// <param name="Plan">What would be fetched, where the folder is null.</param>
internal sealed record PipelineSource(string? Folder, string Name, PullPlan? Plan = null);

/// <summary>Brings what is lacking from the hub, after saying what it is and how large.</summary>
internal static class ModelFetch
{
    /// <summary>Pulls what a request asks for.</summary>
    /// <param name="request">What.</param>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="consent">Whether to ask.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <param name="check">Refuses what would be fetched, if it is the wrong thing.</param>
    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="ResourceException">It cannot be had, or the answer was no.</exception>
    public static async Task<string> PullAsync(
        PullRequest request,
        string name,
        FetchConsent consent,
        CancellationToken cancellationToken,
        Action<PullPlan>? check = null
    )
    {
        var settings = SettingsOf(request, consent);
        if (settings.Offline)
        {
            return SnapshotFiles.Find(request, settings.CacheFolder) ?? throw NotHeld(name, settings, consent);
        }

        using var view = new TransferView($"pulling {name}");
        using var client = new HubClient(settings, view.Note);
        var plan = await client.PlanAsync(request, cancellationToken);
        check?.Invoke(plan);
        if (plan.MissingBytes > 0)
        {
            await ConsentAsync(plan, name, settings, consent, cancellationToken);
        }

        var snapshot = await client.PullAsync(
            plan,
            progress => view.Report(progress.Done, progress.Total),
            cancellationToken
        );
        view.Note(
            plan.MissingBytes > 0
                ? $"{name}: {ByteText.Of(plan.TotalBytes)} verified and in {snapshot}"
                : $"{name}: all of its {ByteText.Of(plan.TotalBytes)} were there already, in {snapshot}"
        );
        return snapshot;
    }

    /// <summary>Pulls what an encoder lacks. Offline nothing is done: opening it says then what is missing.</summary>
    /// <exception cref="ResourceException">It cannot be had, or the answer was no.</exception>
    public static async Task EncoderAsync(string name, FetchConsent consent, CancellationToken cancellationToken)
    {
        if (EncoderCatalog.Lacks(name) is not { } request || consent.Offline || HubSettings.FromEnvironment().Offline)
        {
            return;
        }

        try
        {
            await PullAsync(request, name, consent, cancellationToken);
        }
        catch (ResourceException fault)
        {
            throw new ResourceException(
                $"{fault.Message} (The encoder {name} is not in the cache. `semblance models pull {name}` fetches it, "
                    + $"on this machine or on another whose cache is copied; --encoder {EncoderCatalog.Builtin} needs no download, but is not the paper's.)",
                fault
            );
        }
    }

    /// <summary>The folder of a pipeline: one that exists as it is, else a known name or hub id, pulled where the cache lacks it.</summary>
    /// <param name="model">A folder, a known name, or a hub id.</param>
    /// <param name="variant">
    /// Of the weights, such as <c>fp16</c>; <c>fp32</c> for the plain ones, null for these or, where they alone are there,
    /// the half-precision ones.
    /// </param>
    /// <param name="consent">Whether to ask.</param>
    /// <param name="look">Only look: nothing is fetched, and the plan given back in place of the folder.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <exception cref="ResourceException">It cannot be had, or the answer was no.</exception>
    /// <exception cref="InputException">The hub has it, but it is no pipeline that is known.</exception>
    public static async Task<PipelineSource> PipelineAsync(
        string model,
        string? variant,
        FetchConsent consent,
        bool look,
        CancellationToken cancellationToken
    )
    {
        if (
            Path.Exists(model)
            || SingleFileCheckpoint.IsOne(model)
            || (KnownModel.Find(model) is null && !HubRepository.IsId(model))
        )
        {
            return new(model, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))));
        }

        var request = KnownModel.Request(model) with
        {
            Variant = variant is "fp32" ? null : variant,
            OtherForm = RemedyKind.OtherPrecision,
        };
        var name = KnownModel.Find(model)?.Name ?? request.Repository.Name.Split('/')[^1];
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var held =
            SnapshotFiles.Find(request, cache)
            // Who fetched the half-precision files alone means those.
            ?? (variant is null ? SnapshotFiles.Find(request with { Variant = "fp16" }, cache) : null);
        if (held is null && look)
        {
            return await LookAsync(request, model, name, consent, cancellationToken);
        }

        return new(held ?? await PullAsync(request, model, consent, cancellationToken, Check), name);

        void Check(PullPlan plan) => RequirePipeline(plan, model);
    }

    /// <summary>As a repository's card states it, or what is known where it states none.</summary>
    public static string LicenceOf(PullPlan plan) =>
        plan.Licence ?? KnownModel.Find(plan.Repository.Name)?.Licence ?? "not stated on its card";

    /// <summary>How much is to be fetched, and of how much where the cache holds a part.</summary>
    public static string SizeOf(PullPlan plan)
    {
        var missing = ByteText.Of(plan.MissingBytes);
        var total = ByteText.Of(plan.TotalBytes);
        var files = Figures.Count(plan.Files, "file");
        return plan switch
        {
            _ when plan.MissingFiles < plan.Files =>
                $"{missing} in {Figures.Count(plan.MissingFiles, "file")} still, of {total} in {files}",
            // What an interrupted pull left is a part of files, each of which still has to be finished.
            _ when plan.MissingBytes < plan.TotalBytes => $"{missing} of {total} still in {files}",
            _ => $"{total} in {files}",
        };
    }

    /// <summary>A pipeline that the cache does not know under that name, without fetching any of it.</summary>
    private static async Task<PipelineSource> LookAsync(
        PullRequest request,
        string model,
        string name,
        FetchConsent consent,
        CancellationToken cancellationToken
    )
    {
        var settings = SettingsOf(request, consent);
        if (settings.Offline)
        {
            throw NotHeld(model, settings, consent);
        }

        using var client = new HubClient(settings, Messages.Note);
        var plan = await client.PlanAsync(request, cancellationToken);
        RequirePipeline(plan, model);
        // A tag, or a commit that changed other files: all the bytes are there, and a pull only links them.
        return plan.MissingFiles == 0
            ? new(await client.PullAsync(plan, progress: null, cancellationToken), name)
            : new(null, name, plan);
    }

    private static void RequirePipeline(PullPlan plan, string model) =>
        PipelineKind.Require(
            plan.Pipeline
                ?? throw new InputException(
                    $"{model} is no diffusion model in the form of diffusers: it has no model_index.json."
                ),
            model
        );

    private static HubSettings SettingsOf(PullRequest request, FetchConsent consent)
    {
        var settings = HubSettings.FromEnvironment();
        return settings with
        {
            Offline = settings.Offline || consent.Offline,
            Parallel = request.Repository.Kind == HubKind.Dataset ? 8 : settings.Parallel,
        };
    }

    private static ResourceException NotHeld(string name, HubSettings settings, FetchConsent consent) =>
        new(
            $"{name} is not in the cache {settings.CacheFolder}, or not all of it, and nothing is fetched: "
                + $"{(consent.Offline ? "--offline" : "HF_HUB_OFFLINE")} is set."
        );

    private static async Task ConsentAsync(
        PullPlan plan,
        string name,
        HubSettings settings,
        FetchConsent consent,
        CancellationToken cancellationToken
    )
    {
        var called = name == plan.Repository.Name ? "" : $" ({plan.Repository.Name})";
        Messages.Note(
            $"{name}{called}: {SizeOf(plan)}, from {settings.Endpoint.Authority} into {settings.CacheFolder}"
        );
        Messages.Note($"licence: {LicenceOf(plan)}; using it means agreeing to it");
        if (consent.Yes || Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            return;
        }

        await Console.Error.WriteAsync($"Fetch {ByteText.Of(plan.MissingBytes)}? [Y/n] ");
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        if (answer?.Trim().ToUpperInvariant() is not ("" or "Y" or "YES"))
        {
            throw new ResourceException($"{name} was not fetched: the answer was no.");
        }
    }
}
