using EdgeSeq.Tool.Config;

namespace EdgeSeq.Cli.Tests.Config;

/// <summary>Cases of the TOML 1.0 specification, as far as options go.</summary>
public class TomlEntriesTests
{
    private const string Quotes = "\"\"\"";

    [Theory]
    [InlineData("a = 1", "Whole 1")]
    [InlineData("a=+99", "Whole 99")]
    [InlineData("a = -17", "Whole -17")]
    [InlineData("a = 1_000_000", "Whole 1000000")]
    [InlineData("a = 0xDEAD_beef", "Whole 3735928559")]
    [InlineData("a = 0o755", "Whole 493")]
    [InlineData("a = 0b11010110", "Whole 214")]
    [InlineData("a = 3.14", "Number 3.14")]
    [InlineData("a = 5e+22", "Number 5e+22")]
    [InlineData("a = 224_617.445_991", "Number 224617.445991")]
    [InlineData("a = true # yes", "Boolean true")]
    [InlineData("a = false", "Boolean false")]
    [InlineData("a = inf", "Other ")]
    [InlineData("a = 1979-05-27T07:32:00Z", "Other ")]
    [InlineData("a = 07:32:00", "Other ")]
    [InlineData("a = \"\"", "Text ")]
    [InlineData("a = \"tab\\t, quote \\\", \\u00E9, \\U0001F600\"", "Text tab\t, quote \", é, 😀")]
    [InlineData("a = 'C:\\path # no comment'", "Text C:\\path # no comment")]
    [InlineData($"a = {Quotes}\nfirst\nsecond{Quotes}", "Text first\nsecond")]
    [InlineData($"a = {Quotes}one \\\n   two{Quotes}", "Text one two")]
    [InlineData($"a = {Quotes}\"quoted\"{Quotes}", "Text \"quoted\"")]
    [InlineData("a = '''\nit's'''", "Text it's")]
    [InlineData("\"a\" = 1\r\n", "Whole 1")]
    public void A_value_is_what_the_specification_says(string text, string value)
    {
        var entry = Assert.Single(TomlEntries.Read(text));
        var only = Assert.Single(entry.Values);

        Assert.Equal(("a", value, false), (entry.Name, $"{only.Type} {only.Text}", entry.IsList));
    }

    [Fact]
    public void A_list_may_stand_on_several_lines_with_comments()
    {
        var entry = Assert.Single(TomlEntries.Read("# head\n\nsink = [ # where to\n  'a', # one\n\n  \"b\",\n]\n"));

        Assert.Equal(("sink", 3, true), (entry.Name, entry.Line, entry.IsList));
        Assert.Equal([("a", 4), ("b", 6)], entry.Values.Select(value => (value.Text, value.Line)));
    }

    [Theory]
    [InlineData("a = 1\n[table]", "line 2: there are no tables")]
    [InlineData("a = { b = 1 }", "line 1: there are no tables")]
    [InlineData("a.b = 1", "line 1: a name has no dots")]
    [InlineData("a", "line 1: '=' is missing after 'a'")]
    [InlineData("= 1", "line 1: a name is missing")]
    [InlineData("a =", "line 1: a value is missing")]
    [InlineData("a = 1 2", "line 1: a value is followed by something else")]
    [InlineData("a = 1\nb = 2 c = 3", "line 2: a value is followed by something else")]
    [InlineData("a = word", "line 1: 'word' is no value; a text stands in quotes")]
    [InlineData("a = 01", "line 1: '01' is no value")]
    [InlineData("a = 1__0", "line 1: '1__0' is no value")]
    [InlineData("a = .5", "line 1: '.5' is no value")]
    [InlineData("a = 5.", "line 1: '5.' is no value")]
    [InlineData("a = 0o9", "line 1: '0o9' is no value")]
    [InlineData("a = \"no end\nb = 1", "line 1: a text has no closing quote")]
    [InlineData("a = '''no end", "line 1: a text has no closing quote")]
    [InlineData("a = \"\\q\"", "line 1: there is no escape '\\q'")]
    [InlineData("a = \"\\uD800\"", "line 1: 'D800' is no character's number")]
    [InlineData("a = [1, 2", "line 1: ']' is missing")]
    [InlineData("a = [1 2]", "line 1: ']' is missing")]
    public void What_is_no_option_names_its_line(string text, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<FormatException>(() => TomlEntries.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_document_cut_or_changed_anywhere_is_read_or_refused()
    {
        const string Document = "a = 1 # c\nb = [ 'x', \"\\u00e9\", 2.5,\n]\nc = \"\"\"\nlong\"\"\"\n\"d\" = true\n";
        const string Changes = "\"'\\[]{}=#,.\n\r\0_0x\uD800";
        var random = new Random(1);
        for (var run = 0; run < 20_000; run++)
        {
            var text = Document[..random.Next(Document.Length + 1)].ToCharArray();
            if (text.Length > 0)
                text[random.Next(text.Length)] = Changes[random.Next(Changes.Length)];
            try
            {
                TomlEntries.Read(new string(text));
            }
            catch (FormatException e)
            {
                Assert.StartsWith("line ", e.Message, StringComparison.Ordinal);
            }
        }
    }
}
