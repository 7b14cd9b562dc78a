using System.Globalization;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>Which columns of a table feed which elements of the input, and which one holds time stamps.</summary>
internal sealed class CsvColumns
{
    private CsvColumns(int[] elementOfColumn, int count, int stampColumn, StampUnit stampUnit)
    {
        ElementOfColumn = elementOfColumn;
        Count = count;
        StampColumn = stampColumn;
        StampUnit = stampUnit;
    }

    /// <summary>Element of the input that each column feeds, -1 for a column that is not used.</summary>
    public int[] ElementOfColumn { get; }

    /// <summary>Columns that are used.</summary>
    public int Count { get; }

    /// <summary>The column with time stamps, -1 for none.</summary>
    public int StampColumn { get; }

    public StampUnit StampUnit { get; }

    /// <summary>In this order: those that the user names, those named as the program's channels, all but time stamps where their number
    /// fits. A single one feeds frames.</summary>
    /// <exception cref="EdgeSeqException">ES0303 where they do not fit, ES0704 for a name of the user's that there is not.</exception>
    public static CsvColumns Choose(CsvTable table, InputInfo input, SourceContext context)
    {
        if (table.Columns == 0)
            return new CsvColumns([], 0, -1, StampUnit.Unknown);
        var units = Stamps(table, out var areCertain);
        int[] stamps = [.. Enumerable.Range(0, table.Columns).Where(column => units[column] is not null)];
        var chosen = Wanted(table, input, context) ?? Named(table, input, context.Warn);
        if (chosen is null && stamps.Length > 0 && !areCertain && table.Columns == input.Length)
        {
            context.Warn($"{table.Name}: its column {Quoted(stamps.Select(table.NameOf))} is taken as a value, as the number of columns "
                + "fits with it. --columns chooses others");
            stamps = [];
        }

        chosen ??= [.. Enumerable.Range(0, table.Columns).Where(column => !stamps.Contains(column))];
        if (chosen.Count != input.Length && !(chosen.Count == 1 && input.Type == ElementType.F32))
            throw Misfit(table, input, chosen.Count, stamps);
        var elements = new int[table.Columns];
        Array.Fill(elements, -1);
        for (var i = 0; i < chosen.Count; i++)
            elements[chosen[i]] = i;
        // Stamps that give a rate before those that do not; a date beside a time of day gives none.
        int[] free = [.. stamps.Where(column => elements[column] < 0)];
        var stamp = free.FirstOrDefault(column => units[column] != StampUnit.Unknown, free is [var first, ..] ? first : -1);
        return new CsvColumns(elements, chosen.Count, stamp, stamp < 0 ? StampUnit.Unknown : units[stamp]!.Value);
    }

    /// <summary>The units of columns with time stamps, by their names and the first row; null for the others.</summary>
    private static StampUnit?[] Stamps(CsvTable table, out bool areCertain)
    {
        var stamps = new StampUnit?[table.Columns];
        areCertain = false;
        var row = table.Cut(table.First);
        for (var column = 0; column < table.Columns && row.TryNext(out var cell); column++)
        {
            if (StampUnits.Of(table.Header?[column], cell, out var isCertain) is not { } unit)
                continue;
            stamps[column] = unit;
            areCertain |= isCertain;
        }

        return stamps;
    }

    private static List<int>? Wanted(CsvTable table, InputInfo input, SourceContext context)
    {
        if (context.Columns is not { } names)
            return null;
        var chosen = new List<int>();
        foreach (var name in names)
        {
            var column = Find(table, name) ?? Numbered(table, name) ?? throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--columns: {table.Name} has no column '{name}'; it has {Shown(table)}",
                "name them as the file does, or by number from 1");
            if (chosen.Contains(column))
                throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--columns names the column '{table.NameOf(column)}' twice");
            chosen.Add(column);
        }

        if (chosen.Count == input.Length || (chosen.Count == 1 && input.Type == ElementType.F32))
            return chosen;
        throw new EdgeSeqException(
            ErrorCodes.OptionInvalid, $"--columns names {chosen.Count} columns, input '{input.Name}' takes {input.Length} values a step",
            input.Channels is { } channels ? $"name those for {string.Join(", ", channels)}, in this order" : null);
    }

    private static List<int>? Named(CsvTable table, InputInfo input, Action<string> warn)
    {
        if (table.Header is null || input.Channels is not { } channels || (channels.Count != input.Length && channels.Count != 1))
            return null;
        var found = channels.Select(name => Find(table, name)).ToList();
        if (found.TrueForAll(column => column is not null))
            return [.. found.Select(column => column!.Value)];
        var missing = channels.Where((_, i) => found[i] is null).ToList();
        if (missing.Count < channels.Count)
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape, $"{table.Name} has no column {Quoted(missing)}; it has {Shown(table)}",
                $"--columns names those for {string.Join(", ", channels)}, in this order");
        }

        warn($"{table.Name}: no column has the name of a channel of the program ({string.Join(", ", channels)}); "
            + $"its columns {Shown(table)} are taken in their order. --columns chooses them by name");
        return null;
    }

    private static EdgeSeqException Misfit(CsvTable table, InputInfo input, int chosen, int[] stamps)
    {
        var without = stamps is [] ? "" : $" without time stamps ({string.Join(", ", stamps.Select(table.NameOf))})";
        var channels = input.Channels is { } names ? $" for {string.Join(", ", names)}" : "";
        return new EdgeSeqException(
            ErrorCodes.RecordingShape,
            $"{table.Name} has {chosen} columns{without}, input '{input.Name}' takes {input.Length} values a step; it has {Shown(table)}",
            $"choose {input.Length} with --columns{channels}, by name or by number from 1, in order");
    }

    /// <summary>The column of this name: as it is written, else whatever its case and with a unit behind it.</summary>
    private static int? Find(CsvTable table, string name)
    {
        if (table.Header is not { } header)
            return null;
        var exact = Matches(header, column => column == name);
        var near = exact is [] ? Matches(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase)) : exact;
        near = near is [] ? Matches(header, column => WithoutUnit(column).Equals(name, StringComparison.OrdinalIgnoreCase)) : near;
        return near switch
        {
            [] => null,
            [var only] => only,
            _ => throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{table.Name} has several columns '{name}'",
                "choose by number from 1 with --columns"),
        };
    }

    private static int? Numbered(CsvTable table, string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= table.Columns
            ? number - 1 : null;

    private static int[] Matches(IReadOnlyList<string> header, Predicate<string> isMatch) =>
        [.. Enumerable.Range(0, header.Count).Where(column => isMatch(header[column]))];

    private static string WithoutUnit(string column)
    {
        var end = column.IndexOfAny(['(', '[']);
        return end > 0 ? column[..end].TrimEnd() : column;
    }

    private static string Shown(CsvTable table)
    {
        const int Most = 40;
        const int Longest = 40;
        var names = Enumerable.Range(0, Math.Min(table.Columns, Most)).Select(table.NameOf).Select(name =>
            name.Length > Longest ? $"{name[..Longest]}…" : name);
        return string.Join(", ", names) + (table.Columns > Most ? $", … ({table.Columns} in all)" : "");
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
