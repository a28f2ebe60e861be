using System.Text.Json.Nodes;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

/// <summary>The rented servers: happy path, filters, jobs that are lost, keys.</summary>
public sealed class HostedApiTests
{
    private const string Fox = "a red fox";
    private const string Secret = "r8-secret-0123456789";

    public static TheoryData<string> Kinds =>
        ["replicate", "fal", "huggingface", "sd-cpp", "bfl", "stability", "gemini"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_image_is_that_of_prompt_and_seed_and_the_key_goes_where_the_kind_has_it(string kind)
    {
        (var fake, var model) = Fake(kind);
        await using var server = fake;
        fake.Key = kind == "sd-cpp" ? null : Secret;
        using var trial = Of(kind, fake, model);
        var images = await trial.RunAsync(Fox, 3, 4);
        Assert.Equal(Picture(model, 3), images[3]);
        Assert.Equal(Picture(model, 4), images[4]);
        Assert.Equal(CallState.Done, trial.Find(Fox, "4")!.State);
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(trial.Ledger, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("replicate", "NSFW content detected")]
    [InlineData("fal", "The content could not be processed")]
    [InlineData("bfl", "Content Moderated")]
    [InlineData("stability", "flagged by our content moderation")]
    [InlineData("gemini", "IMAGE_SAFETY")]
    public async Task A_filter_is_a_state_with_the_servers_words_and_ends_nothing(string kind, string words)
    {
        (var fake, var model) = Fake(kind);
        await using var server = fake;
        using var trial = Of(kind, fake, model);
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Equal(CallState.Filtered, trial.Find("forbidden fruit", "1")!.State);
        Assert.Contains(words, Assert.Single(trial.Lost).Reason);
        Assert.Null(trial.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Without_a_key_the_server_gets_no_further_call(string kind)
    {
        (var fake, var model) = Fake(kind);
        await using var server = fake;
        fake.Key = "another";
        using var trial = Of(kind, fake, model);
        try
        {
            Assert.Empty(await trial.RunAsync(Fox, 1, 2));
            Assert.Contains("refuses the key (401)", trial.Closed);
        }
        catch (ResourceException fault)
        {
            // Kinds that ask what the model is find out before the first image.
            Assert.Contains("refuses the key (401)", fault.Message);
        }

        Assert.Equal(0, fake.Made);
        Assert.Single(fake.Heard);
    }

    [Theory]
    [InlineData("replicate")]
    [InlineData("fal")]
    [InlineData("bfl")]
    [InlineData("sd-cpp")]
    public async Task A_job_of_a_killed_run_is_asked_for_and_not_paid_again(string kind)
    {
        (var fake, var model) = Fake(kind);
        await using var server = fake;
        using var trial = Of(kind, fake, model);
        await trial.RunAsync(Fox, 5);
        var lines = await File.ReadAllLinesAsync(trial.Ledger, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(trial.Ledger, lines[..2], TestContext.Current.CancellationToken);
        Assert.Equal(Picture(model, 5), (await trial.RunAsync(Fox, 5))[5]);
        Assert.Single(fake.Heard, request => request.Method == "POST");
        Assert.Equal(trial.Model.PricePerImage ?? 0, trial.Cost());
    }

    [Fact]
    public async Task Replicate_is_asked_for_what_it_may_have_made_when_an_answer_was_lost()
    {
        await using var fake = new FakeReplicate();
        fake.Fail(new Fault { CutsAfter = true });
        using var trial = Of("replicate", fake, FakeReplicate.Model);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Equal(CallState.Unknown, trial.Find(Fox, "1")!.State);
        Assert.Equal(Picture(FakeReplicate.Model, 1), (await trial.RunAsync(Fox, 1))[1]);
        Assert.Single(fake.Heard, request => request.Method == "POST");
        Assert.Equal(0.01m, trial.Cost());
    }

    [Theory]
    [InlineData("aborted", 0)]
    [InlineData("canceled", 1)]
    [InlineData("failed", 1)]
    public async Task Replicate_charges_for_what_it_began(string ends, int paid)
    {
        await using var fake = new FakeReplicate { NextEnds = ends };
        using var trial = Of("replicate", fake, FakeReplicate.Model);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Equal(CallState.Failed, trial.Find(Fox, "1")!.State);
        Assert.Equal(0.01m * paid, trial.Cost());
    }

    [Fact]
    public async Task Replicate_gets_the_inputs_that_the_model_has()
    {
        await using var fake = new FakeReplicate { SendsText = true };
        using var trial = Of(
            "replicate",
            fake,
            $"{FakeReplicate.Model}@{new string('a', 64)}",
            model =>
                model with
                {
                    Steps = 4,
                    GuidanceScale = 3,
                    Parameters = new JsonObject { ["output_format"] = "webp" },
                }
        );
        Assert.Single(await trial.RunAsync(Fox, 1));
        var input = fake.Heard.First(request => request.Method == "POST").Json["input"]!;
        Assert.Equal(
            (4, 3, false, "webp"),
            (
                input["num_inference_steps"]!.GetValue<int>(),
                input["guidance"]!.GetValue<int>(),
                input["go_fast"]!.GetValue<bool>(),
                $"{input["output_format"]}"
            )
        );
        Assert.Equal(new string('a', 64), (await trial.RecipeAsync())["replicate_version"]);
        fake.Inputs = ["prompt"];
        Assert.Contains(
            "no seed among the inputs",
            (await Assert.ThrowsAsync<InputException>(() => trial.RunAsync(Fox, 2))).Message
        );
        using var unknown = Of("replicate", fake, "lab/gone");
        Assert.Contains(
            "has no model lab/gone",
            (await Assert.ThrowsAsync<InputException>(() => unknown.RunAsync(Fox, 2))).Message
        );
    }

    [Fact]
    public async Task Replicate_drops_flagged_images_and_deletes_all_after_an_hour()
    {
        await using var fake = new FakeReplicate { DropsFlagged = true };
        using var trial = Of("replicate", fake, FakeReplicate.Model);
        await trial.RunAsync("forbidden fruit", 1);
        Assert.Equal(CallState.Filtered, trial.Find("forbidden fruit", "1")!.State);
        fake.HasRemovedData = true;
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains(
            "has deleted the image",
            Assert.Single(trial.Lost, image => image.Request.Prompt == Fox).Reason
        );
    }

    [Fact]
    public async Task Low_credit_is_waited_for_as_long_as_Replicate_says()
    {
        await using var fake = new FakeReplicate();
        fake.Fail(Fault.Status(429, """{"detail":"Request was throttled.","status":429,"retry_after":0.3}"""));
        using var trial = Of("replicate", fake, FakeReplicate.Model);
        Assert.Single(await trial.RunAsync(Fox, 1));
        fake.Fail(Fault.Status(402, """{"title":"Insufficient credit","detail":"You have insufficient credit."}"""));
        Assert.Empty(await trial.RunAsync(Fox, 2, 3));
        Assert.Contains("You have insufficient credit", trial.Closed);
    }

    [Fact]
    public async Task Fal_flags_images_and_sends_them_black()
    {
        await using var fake = new FakeFal { SendsBlack = true };
        using var trial = Of("fal", fake, FakeFal.Model);
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Equal(CallState.Filtered, trial.Find("forbidden fruit", "1")!.State);
        Assert.Contains("has_nsfw_concepts", Assert.Single(trial.Lost).Reason);
    }

    [Theory]
    [InlineData(
        422,
        """{"detail":[{"loc":["body","image_size"],"msg":"too large","type":"image_too_large"}]}""",
        "body.image_size: too large"
    )]
    [InlineData(200, """{"error":"runner broke"}""", "runner broke")]
    public async Task Fal_completes_what_has_failed(int status, string body, string words)
    {
        await using var fake = new FakeFal { Ends = (status, body) };
        using var trial = Of("fal", fake, FakeFal.Model);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains(words, Assert.Single(trial.Lost).Reason);
    }

    [Fact]
    public async Task The_seed_that_fal_and_others_echo_is_checked()
    {
        foreach (var kind in (string[])["fal", "bfl", "stability"])
        {
            (var fake, var model) = Fake(kind);
            await using var server = fake;
            fake.Habits = new Habits { HasOneSeed = true };
            using var trial = Of(kind, fake, model);
            Assert.Empty(await trial.RunAsync(Fox, 1, 2));
            Assert.Contains("used the seed 42, and 1 was asked for", trial.Closed);
        }
    }

    [Fact]
    public async Task A_job_that_was_deleted_is_made_again()
    {
        await using var fake = new FakeSdCpp { HasDeleted = true };
        using var trial = Of("sd-cpp", fake, FakeSdCpp.Model);
        Assert.Equal(Picture(FakeSdCpp.Model, 1), (await trial.RunAsync(Fox, 1))[1]);
        Assert.Equal(2, fake.Heard.Count(request => request.Method == "POST"));
        fake.NextEnds = "failed";
        Assert.Empty(await trial.RunAsync(Fox, 2));
        Assert.Contains("the model broke", Assert.Single(trial.Lost).Reason);
    }

    [Fact]
    public async Task A_link_that_expired_is_made_again_and_its_signature_is_nowhere()
    {
        await using var fake = new FakeBfl { ExpiredLinks = 1 };
        using var trial = Of("bfl", fake, FakeBfl.Model);
        Assert.Equal(Picture(FakeBfl.Model, 1), (await trial.RunAsync(Fox, 1))[1]);
        Assert.DoesNotContain(
            "secret-signature",
            await File.ReadAllTextAsync(trial.Ledger, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task The_key_is_not_sent_where_a_stranger_leads()
    {
        await using var stranger = new FakeBfl();
        await using var fake = new FakeBfl { PollsAt = stranger.Url.ToString() };
        using var trial = Of("bfl", fake, FakeBfl.Model);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Empty(stranger.Heard);
        Assert.Contains("on another server", Assert.Single(trial.Lost).Reason);
    }

    [Fact]
    public async Task A_blurred_image_of_Stability_is_never_kept()
    {
        await using var fake = new FakeStability { SendsBlurred = true };
        using var trial = Of("stability", fake, "core");
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Equal(CallState.Filtered, trial.Find("forbidden fruit", "1")!.State);
        Assert.Empty(trial.Received);
    }

    [Theory]
    [InlineData("hf-inference")]
    [InlineData("together")]
    [InlineData("nscale")]
    public async Task A_provider_is_pinned_and_gets_its_own_fields(string provider)
    {
        await using var fake = new FakeHuggingFace();
        using var trial = new Trial
        {
            Server = Trial.Of("huggingface", fake, provider),
            Model = new ServerModel("m")
            {
                Model = FakeHuggingFace.Model,
                Width = Trial.Side,
                Height = Trial.Side,
                Steps = 4,
            },
        };
        Assert.Equal(Picture(FakeHuggingFace.Model, 3), (await trial.RunAsync(Fox, 3))[3]);
        Assert.Contains(provider, fake.Heard[0].Path);
    }

    [Fact]
    public async Task An_error_with_status_200_and_a_loading_model_are_understood()
    {
        await using var fake = new FakeHuggingFace();
        fake.Fail(Fault.Status(503, """{"error":"Model is loading","estimated_time":1}"""));
        using var trial = Of("huggingface", fake, FakeHuggingFace.Model);
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Contains("The provider refused", Assert.Single(trial.Lost).Reason);
    }

    [Fact]
    public async Task Gemini_says_why_there_is_no_image_and_how_long_to_wait()
    {
        await using var fake = new FakeGemini { NextReason = "NO_IMAGE" };
        using var trial = Of("gemini", fake, FakeGemini.Model);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Equal(CallState.Failed, trial.Find(Fox, "1")!.State);
        fake.Fail(
            Fault.Status(
                429,
                """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"RetryInfo","retryDelay":"0.3s"}]}}"""
            )
        );
        Assert.Single(await trial.RunAsync(Fox, 1));
    }

    private static (FakeServer Fake, string Model) Fake(string kind) =>
        kind switch
        {
            "replicate" => (new FakeReplicate(), FakeReplicate.Model),
            "fal" => (new FakeFal(), FakeFal.Model),
            "huggingface" => (new FakeHuggingFace(), FakeHuggingFace.Model),
            "sd-cpp" => (new FakeSdCpp(), FakeSdCpp.Model),
            "bfl" => (new FakeBfl(), FakeBfl.Model),
            "stability" => (new FakeStability(), "core"),
            _ => (new FakeGemini(), FakeGemini.Model),
        };

    private static Trial Of(string kind, FakeServer fake, string model, Func<ServerModel, ServerModel>? more = null)
    {
        var plain = new ServerModel("m")
        {
            Model = kind == "sd-cpp" ? null : model,
            Width = Trial.Side,
            Height = Trial.Side,
            PricePerImage = kind is "sd-cpp" ? null : 0.01m,
        };
        var trial = new Trial
        {
            Server = Trial.Of(kind, fake) with { KeyVariable = "KEY_OF_IT" },
            Model = more?.Invoke(plain) ?? plain,
        };
        trial.Variables["KEY_OF_IT"] = Secret;
        return trial;
    }

    private static byte[] Picture(string model, long seed) => FakePicture.Png(model, Fox, seed, Trial.Side, Trial.Side);
}
