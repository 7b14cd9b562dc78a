using System.Text;
using System.Text.Json;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Tests.Text;

public class TokenizerTests
{
    private const int MaxTokens = 40;

    [Theory]
    [InlineData("A Good film", "a good film")]
    [InlineData("it's they've don't we're I'd she'll", "it 's they 've don 't we 're i 'd she 'll")]
    [InlineData("'tis o'some 'sx rock'n'roll", "'tis o'some 'sx rock'n'roll")]
    [InlineData("well,(done)!really?", "well , ( done ) ! really ?")]
    [InlineData("a.b-c/d é ~", "a b c d")]
    [InlineData("'s 't", "'s 't")]
    [InlineData("", "")]
    public void Follows_the_rule(string line, string words) =>
    Assert.Equal(words, string.Join(' ', Tokens(Simple(), line).Select(token => token.Word)));

    [Fact]
    public void Known_words_get_their_index_and_others_the_unknown_id() =>
        Assert.Equal([2, 1, 3], Tokens(Simple(), "good xyz film").Select(token => token.Id));

    [Fact]
    public void Only_the_first_tokens_count() =>
    Assert.Equal(MaxTokens, Tokens(Simple(), string.Concat(Enumerable.Repeat("a ", 100))).Count);

    [Fact]
    public void A_vocabulary_with_a_word_twice_is_refused() =>
        Assert.Equal(ErrorCodes.TextInvalid, Assert.Throws<EdgeSeqException>(() => new Vocabulary("a\nb\na"u8)).Code);

    [Fact]
    public void Another_rule_is_refused() =>
        Assert.Throws<EdgeSeqException>(() => new Tokenizer(new Vocabulary("a"u8), Spec() with { Rule = "wordpiece" }));

    [SharedFact]
    public void Agrees_with_the_reference_on_every_test_sentence()
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared, "data", "text_vocab.json")));
        var words = string.Join('\n', vocabulary.RootElement.GetProperty("vocab").EnumerateArray().Select(word => word.GetString()));
        var tokenizer = new Tokenizer(new Vocabulary(Encoding.UTF8.GetBytes(words)), Spec());
        using var reader = NpyReader.Open(Path.Combine(Repository.Shared, "data", "text_test_ids.npy"));

        foreach (var line in File.ReadLines(Path.Combine(Repository.Shared, "data", "text_test_sentences.txt")))
        {
            var padded = new long[MaxTokens];
            reader.Read(padded);
            Assert.Equal(padded.SkipWhile(id => id == 0), Tokens(tokenizer, line).Select(token => (long)token.Id));
        }
    }

    private static TextSpec Spec() => new() { VocabTensor = "vocab", Unknown = 1, Pad = 0, MaxTokens = MaxTokens, Rule = Tokenizer.Rule };

    private static Tokenizer Simple() => new(new Vocabulary("<pad>\n<unk>\ngood\nfilm"u8), Spec());

    private static List<(string Word, int Id)> Tokens(Tokenizer tokenizer, string line)
    {
        var tokens = new List<(string, int)>();
        tokenizer.Begin(Encoding.UTF8.GetBytes(line));
        while (tokenizer.TryNext(out var word, out var id))
            tokens.Add((Encoding.UTF8.GetString(word.Span), id));
        return tokens;
    }
}
