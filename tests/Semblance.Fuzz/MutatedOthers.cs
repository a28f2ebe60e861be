using System.IO.Compression;
using System.Text;
using Semblance.Models.Encoders;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Inputs;
using Semblance.Studies.Files;

namespace Semblance.Fuzz;

/// <summary>Archives of images, networks of others, votes, study files, and answers of a hub.</summary>
internal static class MutatedOthers
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    // Deleted when the process ends.
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("semblance-mutated-");

    private static readonly HubRepository Repository = new(HubKind.Model, "org/name");

    public static MutationKind Kind { get; } = new(Seeds, Read) { Damage = Damage };

    private static List<(string, byte[])> Seeds()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Delete(recursive: true);
        File.WriteAllText(
            Path.Combine(Folder.FullName, "scores.csv"),
            "model,prompt,scs,seed_count\none,a cat,70,4\ntwo,a cat,75,4\none,a dog,71,4\ntwo,a dog,70,4\n"
        );
        File.WriteAllText(
            Path.Combine(Folder.FullName, "own.json"),
            """{"input":"x","output":"y","dimension":4,"preprocessing":"openai","size":8}"""
        );
        return
        [
            (".zip", Zip()),
            (
                ".onnx",
                File.ReadAllBytes(
                    Path.Combine(FuzzFolders.Fixtures, "..", "Semblance.Cli.Tests", "hostile", "esc.onnx")
                )
            ),
            (
                ".votes.csv",
                "rater,prompt,choice,left,right,seconds\nann,a cat,left,one,two,3.5\nbob,a dog,right,two,one,2\nann,a dog,equal,one,two,9\n"u8.ToArray()
            ),
            (
                ".votes.json",
                """[{"rater":"ann","prompt":"a cat","choice":"left","left":"one","right":"two"},{"rater":"bob","prompt":"a dog","choice":"right","left":"one","right":"two"}]"""u8.ToArray()
            ),
            (".yaml", Study()),
            (
                ".listing",
                Encoding.UTF8.GetBytes(
                    $$$"""{"sha":"{{{Commit}}}","cardData":{"license":["mit","x"]},"tags":["license:mit"],"siblings":[{"rfilename":"a/b.json","size":3,"blobId":"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},{"rfilename":"model.safetensors","lfs":{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":7}}]}"""
                )
            ),
            (
                ".tree",
                """[{"type":"directory","path":"x"},{"type":"file","path":"a/b.json","size":3,"oid":"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},{"type":"file","path":"m.bin","size":7,"oid":"x","lfs":{"oid":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":7}}]"""u8.ToArray()
            ),
            (
                ".index",
                """{"_class_name":"StableDiffusionXLPipeline","_diffusers_version":"0.2","unet":["diffusers","UNet2DConditionModel"],"vae":["diffusers","AutoencoderKL"],"feature_extractor":[null,null],"force_zeros":true}"""u8.ToArray()
            ),
        ];
    }

    private static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["one/a cat/0.png", "one/a cat/1.png", "one/a dog/0.png", "meta.csv"])
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(name == "meta.csv" ? "path,prompt\none/a cat/0.png,a cat\n" : name));
            }
        }

        return file.ToArray();
    }

    private static byte[] Study() =>
        """
        name: a study
        prompts: [a cat, "a dog, sitting"]
        seeds: 0..3
        models:
          - id: one
            images: folder/one
          - id: two
            backend: local
            model: sdxl
            steps: 20
        backends:
          local:
            kind: a1111
            url: http://127.0.0.1:7860
            timeout: 30 s
        """u8.ToArray();

    private static byte[] Damage(string name, byte[] file, byte[] other, Random random) =>
        name is ".listing" or ".tree" or ".index" or ".votes.json" && random.Next(3) > 0
            ? JsonMutation.Of(file, random)
            : Mutation.Of(file, other, random);

    private static void Read(string name, byte[] file)
    {
        switch (name)
        {
            case ".listing":
                _ = HubJson.Listing(file, Repository, new Uri("https://hub.example"));
                return;
            case ".tree":
                _ = HubJson.Checked(HubJson.Tree(file, Repository, new Uri("https://hub.example")), Repository);
                return;
            case ".index":
                _ = FileSelection.PipelineClass(file);
                _ = FileSelection.Pipeline(
                    ["model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors"],
                    file,
                    null,
                    "org/name"
                );
                return;
        }

        var path = Path.Combine(Folder.FullName, "own" + name);
        File.WriteAllBytes(path, file);
        switch (name)
        {
            case ".zip":
                var input = InputReader.Read([path]);
                foreach (var row in input is ImageInput images ? images.Rows : [])
                {
                    try
                    {
                        _ = row.Held?.Container.Read(row.Held.Place, 1 << 20);
                    }
                    catch (InputException)
                    {
                        // One bad member is one bad image.
                    }
                }

                return;
            case ".onnx":
                using (var encoder = OnnxFileEncoder.Open(path, new EncoderOptions { HubCache = Folder.FullName }))
                {
                    _ = encoder.Identity;
                    var pixels = new float[encoder.InputLength * encoder.BatchSize];
                    encoder.Encode(pixels, encoder.BatchSize, new float[encoder.BatchSize * 4]);
                }

                return;
            case ".yaml":
                _ = StudyFileReader.Read(path);
                return;
            default:
                _ = AgreementInput.Read(
                    new AgreementSource(Path.Combine(Folder.FullName, "scores.csv")) { Votes = path }
                );
                return;
        }
    }
}
