using System.Text.RegularExpressions;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;

namespace EdgeSeq.Architecture.Tests;

/// <summary>The folders of an assembly in their order.</summary>
/// <param name="Assembly">Its name.</param>
/// <param name="Layers">Namespaces without <c>EdgeSeq.</c>, lowest first: the types of each use those of the ones before it and no others.
/// Folders joined by <c>+</c> share a layer and may use each other: a circle that is still to be cut.</param>
internal sealed record AssemblyLayers(string Assembly, IReadOnlyList<string> Layers)
{
    private const string Prefix = "EdgeSeq.";
    private const string Joint = " + ";

    private readonly Lazy<ArchUnitNET.Domain.Architecture> _types = new(() => new ArchLoader().LoadAssembly(Load(Assembly)).Build());

    /// <summary>The namespaces that the list names.</summary>
    public IEnumerable<string> Listed => Layers.SelectMany(Folders);

    /// <summary>The namespaces of the assembly's types; what the compiler generates lies elsewhere.</summary>
    public IEnumerable<string> Present => Types.Types
        .Where(type => type.Assembly.Name.Split(',')[0] == Assembly)
        .Select(type => type.Namespace.FullName).Distinct()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>The assemblies of this repository that it uses.</summary>
    public IEnumerable<string> References => Load(Assembly).GetReferencedAssemblies().Select(name => name.Name!)
        .Where(name => AllLayers.Of.Any(other => other.Assembly == name));

    private ArchUnitNET.Domain.Architecture Types => _types.Value;

    /// <summary>No type of the layer uses one of the layers above it.</summary>
    /// <returns>One line for each type that does, which names the types it uses.</returns>
    public IReadOnlyList<string> UsesUpwards(string layer)
    {
        var above = Layers.SkipWhile(other => other != layer).Skip(1).SelectMany(Folders);
        var rule = ArchRuleDefinition.Types().That().ResideInNamespaceMatching(AnyOf(Folders(layer)))
            .Should().NotDependOnAny(ArchRuleDefinition.Types().That().ResideInNamespaceMatching(AnyOf(above)));
        return [.. rule.Evaluate(Types).Where(result => !result.Passed).Select(result => result.Description)];
    }

    private static IEnumerable<string> Folders(string layer) => layer.Split(Joint).Select(folder => Prefix + folder);

    private static string AnyOf(IEnumerable<string> namespaces) => $"^({string.Join('|', namespaces.Select(Regex.Escape))})$";

    private static System.Reflection.Assembly Load(string name) =>
        System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
}
