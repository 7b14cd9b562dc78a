using EdgeSeq.Fleet.Hosting;
using Microsoft.Extensions.Configuration;
using YamlDotNet.Serialization;

namespace EdgeSeq.Fleet.Tests.Hosting;

/// <summary>The compose file names what there is: files beside it, settings of a host.</summary>
public class ComposeTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "fleet");

    private static readonly Dictionary<string, Service> Services = new DeserializerBuilder().IgnoreUnmatchedProperties().Build()
        .Deserialize<File>(System.IO.File.ReadAllText(Path.Combine(Folder, "compose.yaml"))).Services;

    [Fact]
    public void Its_settings_are_those_of_a_host_and_make_a_sound_configuration()
    {
        var settings = Services["silo"].Environment.Where(each => each.Key.StartsWith("Fleet__", StringComparison.Ordinal))
            .ToDictionary(each => each.Key.Replace("__", ":", StringComparison.Ordinal), each => (string?)each.Value);
        var options = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Fleet")
            .Get<FleetOptions>(binder => binder.ErrorOnUnknownConfiguration = true)!;
        FleetConfiguration.Require(options);
        Assert.Equal("redis:6379", options.Redis);
        Assert.Equal("mosquitto", options.Mqtt!.Host);
        Assert.Contains("Host=postgres;", options.Postgres, StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_that_a_silo_waits_for_and_the_files_beside_it_are_there()
    {
        Assert.All(Services["silo"].DependsOn.Keys, name => Assert.Contains(name, Services.Keys));
        var mounted = Services.Values.SelectMany(service => service.Volumes)
            .Where(volume => volume.StartsWith("./", StringComparison.Ordinal));
        Assert.All(mounted, volume => Assert.True(System.IO.File.Exists(Path.Combine(Folder, volume.Split(':')[0])), volume));
        Assert.True(System.IO.File.Exists(Path.Combine(Folder, Services["silo"].Build, "Dockerfile")));
    }

    [Fact]
    public void Images_have_a_version() => Assert.All(
        Services.Values.Where(service => service.Build.Length == 0), service => Assert.Matches(@"^[a-z-]+:\d+(\.\d+)*$", service.Image));

    private sealed class File
    {
        [YamlMember(Alias = "services")]
        public Dictionary<string, Service> Services { get; set; } = [];
    }

    private sealed class Service
    {
        [YamlMember(Alias = "image")]
        public string Image { get; set; } = "";

        [YamlMember(Alias = "build")]
        public string Build { get; set; } = "";

        [YamlMember(Alias = "environment")]
        public Dictionary<string, string> Environment { get; set; } = [];

        [YamlMember(Alias = "depends_on")]
        public Dictionary<string, object> DependsOn { get; set; } = [];

        [YamlMember(Alias = "volumes")]
        public List<string> Volumes { get; set; } = [];
    }
}
