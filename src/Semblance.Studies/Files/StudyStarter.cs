namespace Semblance.Studies.Files;

/// <summary>Study files to begin with, with comments.</summary>
public static class StudyStarter
{
    /// <summary>The name of the usual one.</summary>
    public const string Usual = "starter";

    /// <summary>Their names; the first is the usual one.</summary>
    public static IReadOnlyList<string> Names { get; } = [Usual, "paper-main", "paper-lora"];

    /// <summary>The text of the starter of a name.</summary>
    /// <exception cref="UsageException">There is none of the name.</exception>
    public static string Of(string name) =>
        name switch
        {
            Usual => Starter,
            "paper-main" => PaperMain,
            "paper-lora" => PaperLora,
            _ => throw new UsageException(
                $"There is no starter '{name}'; the starters are {string.Join(", ", Names)}."
            ),
        };

    private const string Starter = """
        # A study: which models make which images, and what is done with them.
        #   semblance study plan study.yaml     what there is to do, without a call
        #   semblance study run study.yaml      images, scores, comparison, report; interrupted, it goes on where it stopped
        # All fields are in docs/study.md. As it stands, this one runs offline in seconds, with two drawing programs.
        version: 1
        name: first-study

        prompts:                        # a list, or { file: prompts.txt } with one prompt per line
          - a red fox in the snow
          - { id: harbour, text: "a harbour at dawn, with sailing boats" }
          - a lighthouse on a cliff
          - a bicycle by a brick wall
          - a teapot on a wooden table
        seeds: 1..8                     # also [1, 5, 9] or "1..20,101"

        defaults:                       # what every model starts from, unless it says otherwise
          width: 256
          height: 256

        models:
          - id: steady
            painter: steady
          - id: wanderer
            painter: wanderer

          # A checkpoint, as `semblance generate` takes it: a folder, a file, a known name, a hub id.
          # - id: sdxl
          #   checkpoint: sdxl
          #   steps: 20
          #   guidance_scale: 7.5

          # Images that are there already: <prompt>/<seed>.png
          # - id: mine
          #   folder: images/mine

          # A server (see docs/servers.md).
          # - id: sdxl-comfy
          #   backend: studio
          #   workflow: sdxl_api.json   # exported in API format, or a PNG that ComfyUI saved

        # backends:
        #   studio:
        #     kind: comfyui
        #     url: http://127.0.0.1:8188

        score:
          encoders: [builtin]           # needs no download; without this line: the paper's CLIP ViT-B/32

        # gates:                        # the exit code is 1 unless all pass
        #   - { baseline: steady, candidate: wanderer, margin: 1.0 }

        # budget:                       # for servers that cost money
        #   max_cost: 10.00
        #   max_images: 500

        output:
          run: ./first-study-run        # the run folder
        """;

    private const string PaperMain = """
        # The main study of the paper (Bent, arXiv 2404.08799): SDXL and PixArt-alpha, 20 seeds a prompt, 768x768, Euler,
        # 20 steps, guidance 7.5, the empty negative prompt, JPEG as Pillow saves it.
        # As it stands: from the paper's own images, a public data set, which is downloaded after a question.
        version: 1
        name: paper-main

        models:
          - id: SDXL
            dataset: paper-images       # runsdata/semantic-consistency-score
            folder: SDXL
          - id: pixart
            dataset: paper-images
            folder: pixart

          # From the checkpoints, with the paper's settings (about 14 GB and 22 GB): in place of dataset and folder
          #   preset: paper-sdxl
          #   preset: paper-pixart
          # and above:
          #   prompts: { file: prompts.txt }    # one prompt per line; the paper has 100
          #   seeds: 0..19
          # From a server: backend, and what docs/servers.md says of its kind.

        compare:
          mode: paper                   # the paper's own tests beside the right ones

        output:
          run: ./paper-main-run
        """;

    private const string PaperLora = """
        # The LoRA study of the paper (Bent, arXiv 2404.08799): SDXL with "in the style of Monet", and SDXL with a LoRA at
        # scale 0.6 with "in the style of TOK". The suffixes are taken off before prompts are matched.
        version: 1
        name: paper-lora

        prompts: { file: prompts.txt }  # one prompt per line, without the suffix; the paper has 50
        seeds: 0..19

        models:
          - id: BASE
            preset: paper-sdxl
            suffix: in the style of Monet
          - id: LORA
            preset: paper-lora
            loras: [{ name: lora.safetensors, weight: 0.6 }]   # the file of your LoRA
            suffix: in the style of TOK

        compare:
          mode: paper                   # the paper's own tests beside the right ones

        output:
          run: ./paper-lora-run
        """;
}
