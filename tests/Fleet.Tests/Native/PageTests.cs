using System.Globalization;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace EdgeSeq.Fleet.Tests.Native;

/// <summary>The page in Debian's Chromium, with ten thousand streams. <c>EDGESEQ_SCREENSHOTS</c> names a folder for pictures of
/// it.</summary>
public sealed class PageTests(PageTests.Fixture fixture) : IClassFixture<PageTests.Fixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_streams_are_scrolled_searched_and_opened_by_keyboard()
    {
        var page = await Open(ColorScheme.Light, width: 1280, height: 800);
        await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("10,000 streams");
        Assert.InRange(await page.Locator("#rows .row").CountAsync(), 10, 100);

        await page.FocusAsync("#grid");
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(page.Locator("#row-9999 >> div >> nth=0")).ToHaveTextAsync("stream-9999");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("stream-77");
        await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("111 streams");
        await page.FocusAsync("#grid");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#stream")).ToHaveTextAsync("stream-770");
        await Feed(770, page.Locator("#state"));
        Assert.Equal(2, await page.Locator("#detail canvas").CountAsync());
        await Picture(page, "list-and-live");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#detail")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Dark, 1280)]
    public async Task It_fits_a_phone_and_the_dark(ColorScheme scheme, int width)
    {
        var page = await Open(scheme, width, height: 800);
        await Assertions.Expect(page.Locator("#row-0")).ToBeVisibleAsync();
        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, innerWidth)"));
        await Picture(page, $"list-{scheme}-{width}");
        await page.ClickAsync("#row-3");
        var name = await page.Locator("#stream").TextContentAsync();
        await Feed(Stream(name), page.Locator("#state"));
        await Picture(page, $"live-{scheme}-{width}");
    }

    [Fact]
    public async Task Programs_shards_and_silos_are_listed()
    {
        var page = await Open(ColorScheme.Light, width: 1280, height: 800);
        await page.ClickAsync("#tab-programs");
        await Assertions.Expect(page.Locator("#programs")).ToContainTextAsync("on=0.4, least=0.1s");
        await Picture(page, "programs");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator("#shards tbody tr")).Not.ToHaveCountAsync(0);
        await Picture(page, "shards");
    }

    private static int Stream(string? name) => int.Parse(name!["stream-".Length..], CultureInfo.InvariantCulture);

    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("EDGESEQ_SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    /// <summary>A page whose key was entered.</summary>
    private async Task<IPage> Open(ColorScheme scheme, int width, int height)
    {
        var size = new ViewportSize { Width = width, Height = height };
        var page = await fixture.Browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = size });
        await page.GotoAsync(fixture.Host.Address.ToString());
        await page.FillAsync("#key", "nobody's");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#refused")).Not.ToBeEmptyAsync();
        await page.FillAsync("#key", "acme-key");
        await page.Keyboard.PressAsync("Enter");
        return page;
    }

    /// <summary>Sends samples of a stream until the page has shown some.</summary>
    private async Task Feed(int stream, ILocator state)
    {
        var router = fixture.Host.Services.GetRequiredService<Router>();
        for (var sequence = 100L; ; sequence += 25)
        {
            await router.Send("acme", "page", Activity.Message((stream, sequence, 25)), Stop);
            await Task.Delay(50, Stop);
            if (sequence > 500 && (await state.TextContentAsync())!.Contains("seen here", StringComparison.Ordinal))
                return;
        }
    }

    /// <summary>A host with ten thousand streams, and a browser.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private const int Streams = 10_000;
        private const int StreamsAMessage = 400;

        private IPlaywright? _playwright;
        private IBrowser? _browser;

        public TestHost Host { get; } = new();

        public IBrowser Browser => _browser!;

        public async ValueTask InitializeAsync()
        {
            Assertions.SetDefaultExpectTimeout(30_000);
            await Host.InitializeAsync();
            await Host.Deploy("acme", "page", Streams, "on=0.4, least=0.1s");
            var router = Host.Services.GetRequiredService<Router>();
            for (var first = 0; first < Streams; first += StreamsAMessage)
            {
                var blocks = Enumerable.Range(first, StreamsAMessage).Select(stream => (stream, 0L, 1 + (stream % 9)));
                await router.Send("acme", "page", Activity.Message([.. blocks]), Stop);
            }

            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        }

        public async ValueTask DisposeAsync()
        {
            if (_browser is not null)
                await _browser.CloseAsync();
            _playwright?.Dispose();
            await Host.DisposeAsync();
        }
    }
}
