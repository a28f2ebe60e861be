using Semblance.FakeServers;
using Semblance.Studies;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

// A ComfyUI for tests: its images are a plain function of checkpoint, prompt and seed. Yours is at http://127.0.0.1:8188.
await using var comfy = new FakeComfy();
var folder = Directory.CreateDirectory(args is [var path, ..] ? path : "sample-study").FullName;
File.WriteAllText(Path.Combine(folder, "workflow.json"), FakeComfy.Workflow());
File.WriteAllText(
    Path.Combine(folder, "study.yaml"),
    $$"""
    name: sample
    prompts: [a red fox, a harbour at dawn, a lighthouse]
    seeds: 1..4
    defaults: { width: 96, height: 96 }
    backends: { studio: { kind: comfyui, url: "{{comfy.Url}}" } }
    models:
      - { id: base, backend: studio, workflow: workflow.json }
      - { id: fine-tune, backend: studio, workflow: workflow.json, set: { "4.ckpt_name": fine-tune.safetensors } }
    score: { encoders: [builtin] }
    output: { run: run }
    """
);

// What there is to do, without a call.
var study = StudyFileReader.Read(Path.Combine(folder, "study.yaml"));
foreach (var model in StudyState.Of(study).Models)
{
    Console.WriteLine($"{model.Model}: {model.Left} images to make, {model.Probes} to probe the seeds");
}

// Everything, from the first call to the report. A second run finds nothing to do.
var outcome = await StudyRun.RunAsync(study, only: [], new StudyHost { Note = Console.WriteLine });
foreach (var model in outcome.State.Models)
{
    Console.WriteLine($"{model.Model}: {model.There} of {model.Asked} images, seeds {model.Seeds}");
}

Console.WriteLine(outcome.Verdict);
Console.WriteLine($"{comfy.Made} images made by the server");
