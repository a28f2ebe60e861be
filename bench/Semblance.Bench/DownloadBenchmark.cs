using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Bench;

/// <summary>A pull from loopback into the cache, hashed and verified, against <c>curl | sha256sum</c>, which keeps nothing.</summary>
internal static class DownloadBenchmark
{
    private const int Rounds = 7;
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var megabytes = arguments is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 1000;
        var parent = arguments is [_, var folder, ..] ? folder : Path.GetTempPath();
        using var server = new OneFileServer(megabytes);
        var cache = Directory
            .CreateDirectory(Path.Combine(parent, "semblance-bench-" + Path.GetRandomFileName()))
            .FullName;
        try
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var curl = Curl(server);
                var pull = await PullAsync(server, cache);
                // The first round warms both up.
                if (round > 0)
                {
                    theirs.Add(curl);
                    ours.Add(pull);
                }
            }

            var (pulled, curled) = (Median(ours), Median(theirs));
            var length = megabytes * 1e6;
            Console.WriteLine($"curl | sha256sum      {curled:F2} s, {length / curled / 1e6:F0} MB/s");
            Console.WriteLine($"pull into the cache   {pulled:F2} s, {length / pulled / 1e6:F0} MB/s");
            Console.WriteLine($"speed of the pull: {curled / pulled:F2} of curl | sha256sum (goal 0.8)");
            return 0;
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static double Curl(OneFileServer server)
    {
        var clock = Stopwatch.StartNew();
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"curl -s {server.Address}file | sha256sum"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var hash = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return hash.StartsWith(server.Sha256, StringComparison.Ordinal)
            ? clock.Elapsed.TotalSeconds
            : throw new InvalidOperationException("curl got other bytes");
    }

    private static async Task<double> PullAsync(OneFileServer server, string cache)
    {
        var clock = Stopwatch.StartNew();
        using var client = new HubClient(new HubSettings { Endpoint = server.Address, CacheFolder = cache });
        var plan = await client.PlanAsync(new PullRequest(new HubRepository(HubKind.Model, "org/name")));
        await client.PullAsync(plan);
        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(Path.Combine(cache, "models--org--name"), recursive: true);
        return seconds;
    }

    /// <summary>The least that both clients need, written to sockets directly so that the server is not what is measured.</summary>
    private sealed class OneFileServer : IDisposable
    {
        private const int BlockBytes = 1_000_000;
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _block = new byte[BlockBytes];
        private readonly int _blocks;

        public OneFileServer(int megabytes)
        {
            _blocks = megabytes;
            new Random(1).NextBytes(_block);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var block = 0; block < _blocks; block++)
            {
                hash.AppendData(_block);
            }

            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            _listener.Start();
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public string Sha256 { get; }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

        public void Dispose() => _listener.Stop();

        private void Serve()
        {
            try
            {
                while (true)
                {
                    var client = _listener.AcceptSocket();
                    new Thread(() => Answer(client)) { IsBackground = true }.Start();
                }
            }
            catch (SocketException)
            {
                // Stopped.
            }
        }

        private void Answer(Socket client)
        {
            using (client)
            {
                try
                {
                    var buffer = new byte[1 << 16];
                    int read;
                    while ((read = client.Receive(buffer)) > 0)
                    {
                        Answer(client, Encoding.ASCII.GetString(buffer, 0, read));
                    }
                }
                catch (SocketException)
                {
                    // The client went away.
                }
            }
        }

        private void Answer(Socket client, string request)
        {
            var length = (long)_blocks * BlockBytes;
            if (request.StartsWith("GET /api/", StringComparison.Ordinal))
            {
                var json =
                    $$"""{"sha":"{{Commit}}","siblings":[{"rfilename":"model.safetensors","lfs":{"sha256":"{{Sha256}}","size":{{length}} } }]}""";
                client.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {json.Length}\r\n\r\n{json}"));
                return;
            }

            client.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"));
            for (var block = 0; block < _blocks; block++)
            {
                client.Send(_block);
            }
        }
    }
}
