namespace Semblance.Tests;

public sealed class ImageFileTests
{
    [Fact]
    public void A_step_is_taken_once_for_each_key_and_kind()
    {
        var file = new ImageFile(new byte[] { 1, 2, 3 });
        var taken = 0;
        string Step() => $"{++taken}";
        Assert.Equal("1", file.Once((1, "a"), Step));
        Assert.Equal("1", file.Once((1, "a"), Step));
        Assert.Equal("2", file.Once((1, "b"), Step));
        Assert.Equal([9], file.Once((1, "a"), () => new[] { 9 }));
        Assert.Equal(3, file.Content.Length);
    }

    [Fact]
    public void A_step_that_fails_is_taken_again()
    {
        var file = new ImageFile(default);
        Assert.Throws<InputException>(() => file.Once<string>(1, () => throw new InputException("bad")));
        Assert.Equal("good", file.Once(1, () => "good"));
    }
}
