using System.Text.RegularExpressions;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Tenants;

/// <summary>Names of tenants and deployments: they stand in topics, addresses and keys.</summary>
internal static partial class Names
{
    /// <exception cref="EdgeSeqException">ES0704.</exception>
    public static void Require(string name, string what)
    {
        if (!Form().IsMatch(name))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"'{name}' is no name of a {what}",
                "1 to 40 of the characters a-z, 0-9, - and _");
        }
    }

    [GeneratedRegex("^[a-z0-9_-]{1,40}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
