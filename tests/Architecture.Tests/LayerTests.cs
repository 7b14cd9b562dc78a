namespace EdgeSeq.Architecture.Tests;

/// <summary>The built assemblies against <see cref="AllLayers"/>.</summary>
public class LayerTests
{
    public static TheoryData<string> Assemblies => [.. AllLayers.Of.Select(layers => layers.Assembly)];

    /// <summary>All but the highest of each assembly, above which there is none.</summary>
    public static TheoryData<string, string> LayersBelowOthers =>
        [.. AllLayers.Of.SelectMany(layers => layers.Layers.SkipLast(1), (layers, layer) => (layers.Assembly, layer))];

    [Theory, MemberData(nameof(LayersBelowOthers))]
    public void A_folder_uses_only_those_below_it(string assembly, string layer)
    {
        var uses = Of(assembly).UsesUpwards(layer);
        Assert.True(uses.Count == 0, string.Join('\n', uses));
    }

    [Theory, MemberData(nameof(Assemblies))]
    public void The_list_names_every_folder_and_no_other(string assembly) =>
    Assert.Equal(Of(assembly).Present.Order(), Of(assembly).Listed.Order());

    [Theory, MemberData(nameof(Assemblies))]
    public void An_assembly_uses_only_those_before_it(string assembly) =>
        Assert.Subset(AllLayers.Of.Select(layers => layers.Assembly).TakeWhile(name => name != assembly).ToHashSet(),
        Of(assembly).References.ToHashSet());

    [Fact]
    public void A_wrong_order_is_found_and_the_types_are_named()
    {
        var backwards = new AssemblyLayers("EdgeSeq.Runtime", ["Runtime.Sessions", "Runtime.Ops.Basics"]);
        Assert.Contains(backwards.UsesUpwards("Runtime.Sessions"), line =>
            line.Contains("Runtime.Sessions.Session", StringComparison.Ordinal)
            && line.Contains("Runtime.Ops.Basics.Frame", StringComparison.Ordinal));
    }

    private static AssemblyLayers Of(string assembly) => AllLayers.Of.Single(layers => layers.Assembly == assembly);
}
