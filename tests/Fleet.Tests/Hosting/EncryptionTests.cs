using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeSeq.Fleet.Tests.Fixtures;

namespace EdgeSeq.Fleet.Tests.Hosting;

public class EncryptionTests
{
    [Fact]
    public async Task Samples_come_over_HTTPS_to_a_host_that_somebody_vouches_for()
    {
        using var folder = new TempFolder();
        var certificates = new TestCertificates(folder, "authority", "127.0.0.1");
        await using var host = new TestHost
        {
            Settings =
            {
                ["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0",
                ["Kestrel:Endpoints:Https:Certificate:Path"] = certificates.CertificateFile,
                ["Kestrel:Endpoints:Https:Certificate:KeyPath"] = certificates.KeyFile,
            },
        };
        await host.InitializeAsync();
        Assert.Equal("https", host.Address.Scheme);
        using var client = new HttpClient(Trusting(certificates.CaFile)) { BaseAddress = host.Address };
        Assert.Equal("Healthy", await client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
        using var stranger = new HttpClient { BaseAddress = host.Address };
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync("/health/ready", TestContext.Current.CancellationToken));
    }

    private static SocketsHttpHandler Trusting(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authority);
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
