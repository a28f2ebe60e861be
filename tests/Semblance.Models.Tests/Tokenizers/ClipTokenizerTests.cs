using CsCheck;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Tests.Tokenizers;

public sealed class ClipTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Worked by hand. Vocabulary: a 0, b 1, a/w 2, b/w 3, ab 4, ab/w 5, aab/w 6, start 7, end 8, '!' 9 and '!/w' 10.
    /// Merges in order: (a, b/w), (a, ab/w), (a, b).
    /// </summary>
    [Theory]
    [InlineData("", new[] { 7, 8 })]
    [InlineData("a", new[] { 7, 2, 8 })]
    [InlineData("ab", new[] { 7, 5, 8 })]
    [InlineData("AB", new[] { 7, 5, 8 })]
    [InlineData("aab", new[] { 7, 6, 8 })]
    [InlineData("aba", new[] { 7, 4, 2, 8 })]
    [InlineData("abab", new[] { 7, 4, 5, 8 })]
    [InlineData(" a\u00a0\tb\u3000", new[] { 7, 2, 3, 8 })]
    [InlineData("a!b", new[] { 7, 2, 10, 3, 8 })]
    [InlineData("!!", new[] { 7, 9, 10, 8 })]
    [InlineData("a<|endoftext|>b", new[] { 7, 2, 8, 3, 8 })]
    [InlineData("<|STARTOFTEXT|>", new[] { 7, 7, 8 })]
    public void Merges_happen_in_the_order_of_their_rank(string text, int[] expected)
    {
        Write();

        Assert.Equal(expected, ClipTokenizer.Open(_folder.Path).Encode(text));
    }

    [Fact]
    public void A_cut_text_keeps_its_end_and_a_short_one_is_filled_where_asked()
    {
        Write();
        var tokenizer = ClipTokenizer.Open(_folder.Path);

        Assert.Equal([7, 2, 2, 8], tokenizer.Encode("a a a a a a", 4));
        Assert.Equal([7, 2, 8], tokenizer.Encode("a", 5));
        Assert.Equal([7, 2, 8, 8, 8], tokenizer.Encode("a", 5, pad: true));
        Assert.Equal([7, 8], tokenizer.Encode("a", 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode("a", 1));
    }

    [Fact]
    public void The_padding_token_is_taken_out_of_texts_as_it_is()
    {
        Write();
        File.WriteAllText(_folder.At("special_tokens_map.json"), """{"pad_token":"!"}""");
        var tokenizer = ClipTokenizer.Open(_folder.Path);

        Assert.Equal(9, tokenizer.PadToken);
        Assert.Equal([7, 9, 9, 2, 9, 8], tokenizer.Encode("!!a!"));
    }

    [Fact]
    public void The_decoder_of_newer_files_says_which_tokens_are_special_and_how()
    {
        Write();
        File.WriteAllText(
            _folder.At("tokenizer_config.json"),
            """
            {"model_max_length":1e30,"bos_token":"<|startoftext|>","eos_token":"<|endoftext|>","pad_token":"!","unk_token":"<|endoftext|>",
             "added_tokens_decoder":{"7":{"content":"<|startoftext|>","normalized":false,"special":true},
             "8":{"content":"<|endoftext|>","normalized":true,"special":true},"11":{"content":"<new>","normalized":false}}}
            """
        );
        var tokenizer = ClipTokenizer.Open(_folder.Path);

        Assert.Equal(int.MaxValue, tokenizer.MaximumLength);
        Assert.Equal(12, tokenizer.VocabularySize);
        Assert.Equal([7, 2, 11, 8, 8], tokenizer.Encode("a<new><|ENDOFTEXT|>"));
    }

    [Theory]
    [InlineData("vocab.json", "{", "vocab.json")]
    [InlineData("vocab.json", """{"a":"x"}""", "vocab.json")]
    [InlineData("vocab.json", """{"a":-1}""", "vocab.json")]
    [InlineData("vocab.json", """{"a":0}""", "<|startoftext|>")]
    [InlineData("vocab.json", "[]", "not of the form")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n", "\"a b c\"")]
    [InlineData("merges.txt", "", "cut off")]
    [InlineData("merges.txt", "#version: 0.2\na b</w>\n", "all but 2 of the 11 tokens")]
    [InlineData("tokenizer_config.json", """{"eos_token":{}}""", "tokenizer_config.json")]
    [InlineData("tokenizer_config.json", """{"eos_token":{"content":"x","lstrip":true}}""", "white space")]
    [InlineData("special_tokens_map.json", """{"pad_token":"nowhere"}""", "nowhere")]
    public void A_faulty_file_is_named_with_its_fault(string file, string content, string expected)
    {
        Write();
        File.WriteAllText(_folder.At(file), content);

        var error = Assert.Throws<InputException>(() => ClipTokenizer.Open(_folder.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_or_with_another_kind_says_so()
    {
        Assert.Contains(
            "no tokenizer",
            Assert.Throws<InputException>(() => ClipTokenizer.Open(_folder.Path)).Message,
            StringComparison.Ordinal
        );

        File.WriteAllText(_folder.At("tokenizer.json"), """{"model":{"type":"Unigram","vocab":[]}}""");
        Assert.Contains(
            "BPE",
            Assert.Throws<InputException>(() => ClipTokenizer.Open(_folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Words_are_all_of_the_text_but_white_space_and_never_split_a_character()
    {
        Gen.OneOf(Gen.Char, Gen.Char["ab1' \t!<|\u00b2\u0301\u0085\u180e\u001c"])
            .Array[0, 30]
            .Select(letters => new string(letters) + "\U0001d49c\U0001f600\U0001d7d8")
            .Sample(text =>
            {
                var words = ClipWords.Split(text).Select(range => text[range]).ToArray();
                Assert.Equal(string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))), string.Concat(words));
                Assert.Equal(["\U0001d49c", "\U0001f600", "\U0001d7d8"], LastThree(words));
            });

        // The letter before may join the script letter's word.
        static string[] LastThree(string[] words) => [words[^3][^2..], words[^2], words[^1]];
    }

    [Fact]
    public void A_long_word_is_done_in_a_moment()
    {
        Write();
        var ids = ClipTokenizer.Open(_folder.Path).Encode(new string('a', 20_000) + "b");

        // One merge at the end: every other pair is (a, a).
        Assert.Equal(20_001, ids.Length);
    }

    private void Write()
    {
        File.WriteAllText(
            _folder.At("vocab.json"),
            """
            {"a":0,"b":1,"a</w>":2,"b</w>":3,"ab":4,"ab</w>":5,"aab</w>":6,
             "<|startoftext|>":7,"<|endoftext|>":8,"!":9,"!</w>":10}
            """
        );
        File.WriteAllText(_folder.At("merges.txt"), "#version: 0.2\na b</w>\na ab</w>\na b\n");
    }
}
