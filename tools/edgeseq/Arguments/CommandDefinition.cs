namespace EdgeSeq.Tool.Arguments;

/// <summary>A command as users see it, and what it does.</summary>
/// <param name="Name">The word after <c>edgeseq</c>.</param>
/// <param name="Summary">One line for the list of commands.</param>
/// <param name="TakesProgram">Whether a program file follows the name.</param>
/// <param name="Options">Its options, in the order of the help.</param>
/// <param name="Run">Runs it and returns the exit code.</param>
internal sealed record CommandDefinition(string Name, string Summary, bool TakesProgram, Option[] Options, Func<ParsedArguments, int> Run);
