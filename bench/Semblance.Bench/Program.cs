using Semblance.Bench;

// Each benchmark is a console command that prints ratios measured in one run; figures go into docs/performance.md.
return args switch
{
    ["program", .. var rest] => ProgramBenchmark.Run(rest),
    ["score", .. var rest] => ScoreBenchmark.Run(rest),
    ["embed"] => await EmbedBenchmark.RunAsync(),
    ["embed", "two"] => await EmbedBenchmark.RunTwoAsync(),
    ["unet" or "transformer" or "vae", var model, var pixels, .. var rest] => DenoiserBenchmark.Run(
        args[0],
        model,
        int.Parse(pixels),
        rest is ["tiled"]
    ),
    ["device", .. var rest] => DeviceBenchmark.Run(rest),
    ["decode", .. var rest] => DecodeBenchmark.Run(rest),
    ["t5", "xxl", var prompts] => T5Benchmark.RunXxl(int.Parse(prompts)),
    ["t5", var folder, var prompts] => T5Benchmark.Run(folder, int.Parse(prompts)),
    ["attention", _, _, _] => AttentionBenchmark.Run(args[1..]),
    ["download", .. var rest] => await DownloadBenchmark.RunAsync(rest),
    ["statistics"] => StatisticsBenchmark.Run(),
    ["compare"] => CompareBenchmark.Run(),
    ["report"] => await ReportBenchmark.RunAsync(),
    ["scale", .. var rest] => ScaleBenchmark.Run(rest),
    ["study", .. var rest] => await StudyBenchmark.RunAsync(rest),
    ["studio", .. var rest] => await StudioBenchmark.RunAsync(rest),
    ["kills", .. var rest] => await KillMatrix.RunAsync(rest),
    ["simulate", .. var rest] => SimulateCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: dotnet run -c Release --project bench/Semblance.Bench -- BENCHMARK

          compare          a whole comparison of ten models against a plain loop
          embed            768x768 JPEG files to stored embeddings, against ONNX Runtime alone
          embed two        the same with two encoders, against both networks alone
          decode IMAGE...  decode and resize to 224 beside libvips' own
          device [NAME [encoder|images|pixart|sd15|sdxl ...]]    on a device in every precision, beside the processor; the best one and all parts unless named
          attention FORM TOKENS BATCH
                           self-attention as PixArt has it; FORM is plain, fused or a number of slices
          t5 FOLDER PROMPTS
                           the text encoder in FOLDER over so many prompts of 20 tokens, padded to 120
          t5 xxl PROMPTS   the same on a T5-XXL of random float16 weights, written first
          transformer pixart N  one guided step of PixArt's transformer at NxN pixels
          unet MODEL N     one guided step of the U-Net of sdxl or sd15 at NxN pixels
          vae MODEL N [tiled]  one decode of the autoencoder of sdxl or sd15 at NxN pixels
          program FOLDER   start-up times and memory of the published program in FOLDER
          simulate [RUNS] [votes]  coverage of the intervals and false passes of the gate, or what votes give, with known truth
          report           the page of 100 prompts x 2 models x 20 seeds, and of 10,000 prompts: time, memory, size
          scale FOLDER [PROMPTS SHARDS]
                           the last stage on made-up embeddings of PROMPTS x 4 models x 50 seeds: with all three arguments
                           they are written, with the folder alone they are scored and compared
          score [IMAGES]   the score against a sum of the same memory and a plain matrix product
          study [IMAGES]   what a call to a server costs beside the image, a plan of 10,000 images, a lint of so many
          kills PROGRAM.dll [KILLS] [COMMAND]
                           score, generate, models pull and compare, killed at random moments and resumed: equal to the bit?
          download [MB]    a pull from loopback, hashed and kept, against curl | sha256sum
          studio [PLACE]   50 raters who vote at once, and pages never shown before; PLACE as annotate --db has it
          statistics       tests, resamples and the pseudomedian against the plain way of doing the same
        """
    );
    return 2;
}
