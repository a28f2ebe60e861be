using Semblance.Fuzz;

if (FuzzOptions.Parse(args) is not var (options, targets))
{
    Console.Error.WriteLine(
        $"""
        usage: dotnet run -c Release --project tests/Semblance.Fuzz -- [TARGET...] [--seconds N | --count N] [--seed N]
                  [--from N] [--keep FOLDER] [--parallel N]

        Reads damaged files with every reader, each target in a process of its own: whatever is not read has to be refused
        with a sentence, within 2 s and 500 MB. The same seed gives the same inputs; --keep keeps those at fault.
        Targets: {string.Join(' ', FuzzTarget.All.Select(one => one.Name))}
        """
    );
    return 2;
}

return options.IsChild && targets is [var only]
    ? FuzzRun.Of(only, options)
    : await FuzzCampaign.RunAsync(targets, options);
