namespace Semblance.Cli.Terminal;

/// <summary>A question to the person at the keyboard.</summary>
internal static class Question
{
    /// <summary>Whether there is anybody: neither the question nor the answer goes through a file or pipe.</summary>
    public static bool CanBeAsked => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Yes or no; <paramref name="usual"/> is what the Enter key means.</summary>
    public static async Task<bool> AskAsync(string question, bool usual, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync($"{question} {(usual ? "[Y/n]" : "[y/N]")} ");
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        return answer?.Trim().ToUpperInvariant() switch
        {
            "Y" or "YES" => true,
            "" => usual,
            _ => false,
        };
    }
}
