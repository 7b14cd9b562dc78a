using System.CommandLine;
using System.Text.Json;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Tool.Config;

/// <summary>The options of a command in a JSON file: a member for each, named as the option without its dashes, and <c>program</c>. They
/// become arguments, so each is checked as if it was typed; what is typed beside the file has the last word.</summary>
internal static class ConfigFile
{
    public const string Option = "--config";

    private static readonly JsonDocumentOptions Form = new()
    {
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip
    };

    /// <summary>The arguments with those of the file that <c>--config</c> names in its place; as they are where it is not given.</summary>
    /// <exception cref="EdgeSeqException">ES0701 for a member that is no option, ES0601, ES0602, ES0710 for a file that is no such
    /// object.</exception>
    public static string[] Expand(Command command, string[] arguments)
    {
        var place = Array.FindIndex(arguments, argument => argument == Option
            || argument.StartsWith($"{Option}=", StringComparison.Ordinal));
        if (place < 0 || arguments[0] != command.Name)
            return arguments;
        var isJoined = arguments[place] != Option;
        if (!isJoined && place + 1 == arguments.Length)
            return arguments;
        var path = isJoined ? arguments[place][(Option.Length + 1)..] : arguments[place + 1];
        string[] typed = [.. arguments[1..place], .. arguments[(place + (isJoined ? 1 : 2))..]];
        return [command.Name, .. Read(command, path, typed), .. typed];
    }

    private static List<string> Read(Command command, string path, string[] typed)
    {
        var arguments = new List<string>();
        try
        {
            using var file = InputFile.Open(path);
            using var document = JsonDocument.Parse(file, Form);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new JsonException();
            foreach (var member in document.RootElement.EnumerateObject())
                Add(command, path, typed, member, arguments);
        }
        catch (JsonException e)
        {
            throw new EdgeSeqException(ErrorCodes.ConfigInvalid, $"{path}: is not one JSON object", "docs/run.schema.json describes it", e);
        }

        return arguments;
    }

    private static void Add(Command command, string path, string[] typed, JsonProperty member, List<string> arguments)
    {
        if (member.Name == "program")
        {
            // A program that is typed stands in its place.
            if (command.Parse(typed).GetResult(command.Arguments[0]) is not { Tokens.Count: > 0 })
                arguments.Add(Text(path, member.Name, member.Value));
            return;
        }

        var option = command.Options.FirstOrDefault(option => option.Name == $"--{member.Name}" && option.Name != Option)
            ?? throw new EdgeSeqException(
                ErrorCodes.ConfigInvalid, $"{path}: there is no option '{member.Name}'",
                $"edgeseq {command.Name} --help shows all; write them without dashes");
        if (typed.Any(argument => argument == option.Name || argument.StartsWith($"{option.Name}=", StringComparison.Ordinal)))
            return;
        var values = member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value];
        foreach (var value in values)
        {
            if (option.Arity.MaximumNumberOfValues > 0)
                arguments.Add($"{option.Name}={Text(path, member.Name, value)}");
            else if (IsSet(path, member.Name, value))
                arguments.Add(option.Name);
        }
    }

    private static bool IsSet(string path, string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new EdgeSeqException(ErrorCodes.ConfigInvalid, $"{path}: '{name}' takes true or false"),
    };

    private static string Text(string path, string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new EdgeSeqException(ErrorCodes.ConfigInvalid, $"{path}: '{name}' takes a text or a number"),
    };
}
