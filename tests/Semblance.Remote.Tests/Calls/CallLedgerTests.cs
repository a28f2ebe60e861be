using Semblance.Remote.Calls;

namespace Semblance.Remote.Tests.Calls;

public sealed class CallLedgerTests : IDisposable
{
    private static readonly CallKey Key = new("m", "a fox\nwith \"quotes\"", "7");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_reserved_stays_counted_until_it_is_settled()
    {
        using (var ledger = Open())
        {
            var budget = new Budget(ledger) { MaxCost = 1 };
            Assert.Null(budget.Reserve(Key, 0.6m));
            Assert.NotNull(budget.Reserve(Key with { Seed = "8" }, 0.6m));
        }

        // Killed here: nobody knows whether the call was made.
        using (var ledger = Open())
        {
            Assert.Equal(0.6m, ledger.CostOf());
            Assert.Equal(CallState.Reserved, ledger.Find(Key)!.State);
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Failed, 0));
            Assert.Equal((0, 1), (ledger.CostOf("m"), ledger.Made()));
        }
    }

    [Fact]
    public void A_second_call_costs_again_and_the_first_one_stays()
    {
        using var ledger = Open();
        foreach (var cost in (decimal[])[0.25m, 0.25m])
        {
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Reserved, cost));
        }

        ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Done, 0.2m));
        Assert.Equal(0.45m, ledger.CostOf());
    }

    [Fact]
    public void A_job_is_kept_until_it_is_forgotten_or_another_call_is_made()
    {
        using var ledger = Open();
        void Add(CallState state, string? job = null) =>
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, state, 0) { Job = job });
        Add(CallState.Reserved);
        Add(CallState.Submitted, "j1");
        Add(CallState.Failed);
        Assert.Equal("j1", ledger.Find(Key)!.Job);
        Add(CallState.Failed, "");
        Assert.Null(ledger.Find(Key)!.Job);
        Add(CallState.Submitted, "j2");
        Add(CallState.Reserved);
        Assert.Null(ledger.Find(Key)!.Job);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(60)]
    public void A_line_that_a_crash_cut_off_is_left_out_and_ended(int kept)
    {
        using (var ledger = Open())
        {
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Reserved, 1));
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Done, 2));
        }

        var text = File.ReadAllText(_folder.At("calls.jsonl"));
        var first = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        File.WriteAllText(_folder.At("calls.jsonl"), text[..(first + kept)]);
        using (var ledger = Open())
        {
            Assert.Equal(CallState.Reserved, ledger.Find(Key)!.State);
            ledger.Add(new CallRecord(Key.Model, Key.Prompt, Key.Seed, CallState.Blank, 3));
        }

        using (var ledger = Open())
        {
            Assert.Equal((CallState.Blank, 3m), (ledger.Find(Key)!.State, ledger.CostOf()));
        }
    }

    [Fact]
    public void A_damaged_line_and_a_place_that_cannot_be_written_are_sentences()
    {
        _folder.Write("{\"model\":1}\n", "calls.jsonl");
        Assert.Contains("calls.jsonl, line 1, is damaged", Assert.Throws<InputException>(() => Open()).Message);
        _folder.Write("a file", "study");
        using var ledger = CallLedger.Open(_folder.At("study", "calls.jsonl"));
        Assert.Throws<ResourceException>(() => ledger.Add(new CallRecord("m", "p", "1", CallState.Reserved, 0)));
    }

    public void Dispose() => _folder.Dispose();

    private CallLedger Open() => CallLedger.Open(_folder.At("calls.jsonl"));
}
