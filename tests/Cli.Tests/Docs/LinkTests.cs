using System.Text.RegularExpressions;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>Links of the pages lead to files that exist, and to headings that these have.</summary>
public partial class LinkTests
{
    private static readonly string[] Folders = ["docs", "examples", "models", "src", "tools"];

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Repository.Root, "*.md")
        .Concat(Folders.Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)))
        .Select(page => Path.GetRelativePath(Repository.Root, page)).Where(page => !page.Contains("/obj/") && !page.Contains("/bin/"))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        Assert.All(Links(path), link =>
        {
            var parts = link.Split('#');
            var target = parts[0].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, parts[0]);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {link}, which is not there");
            if (parts.Length > 1 && target.EndsWith(".md", StringComparison.Ordinal))
                Assert.True(Anchors(target).Contains(parts[1]), $"{page} links to {link}, which has no such heading");
        });
    }

    [Fact]
    public void Every_page_of_docs_is_in_the_site_s_contents()
    {
        var contents = File.ReadAllText(Path.Combine(Repository.Root, "docs", "toc.yml"));
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileName);
        Assert.All(pages.Where(name => name != "index.md"), name => Assert.Contains($"href: {name}\n", contents, StringComparison.Ordinal));
    }

    /// <summary>Within the repository; those into the API reference come with the site, whose build checks them.</summary>
    private static IEnumerable<string> Links(string path) => Link().Matches(WithoutCode(path)).Select(match => match.Groups["target"].Value)
        .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
            && !link.StartsWith("xref:", StringComparison.Ordinal));

    /// <summary>Headings as GitHub and docfx name them, and marks of the page's own.</summary>
    private static HashSet<string> Anchors(string path)
    {
        var text = WithoutCode(path);
        HashSet<string> anchors = [.. Mark().Matches(text).Select(match => match.Groups["id"].Value)];
        foreach (var heading in Heading().Matches(text).Select(match => Slug(match.Groups["text"].Value)))
        {
            var name = heading;
            for (var again = 1; !anchors.Add(name); again++)
                name = $"{heading}-{again}";
        }

        return anchors;
    }

    private static string Slug(string heading) => string.Concat(heading.Trim().ToLowerInvariant()
        .Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')).Replace(' ', '-');

    private static string WithoutCode(string path) => Fence().Replace(File.ReadAllText(path), "");

    [GeneratedRegex(@"^ *```.*?^ *```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<a id=""(?<id>[^""]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Mark();
}
