using Semblance.Cli;

return await Entry.RunAsync(args);
