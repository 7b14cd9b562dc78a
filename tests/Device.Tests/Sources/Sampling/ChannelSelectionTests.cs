using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Sources.Sampling;

public class ChannelSelectionTests
{
    private static readonly IReadOnlyList<Channel> Channels =
    [
        .. Channel.Axes("acc", Quantity.Acceleration), .. Channel.Axes("gyro", Quantity.AngularRate),
            new("temperature", Quantity.Temperature),
    ];

    private readonly List<string> _warnings = [];

    [Fact]
    public void The_usual_channels_fill_an_input_of_their_number() =>
        Assert.Equal([0, 1, 2, 3, 4, 5], Select(Inputs.Floats(6)).Indexes);

    [Fact]
    public void The_program_s_names_choose_and_order() =>
        Assert.Equal([6, 2], Select(Inputs.Floats(2) with { Channels = ["temperature", "acc_z"] }).Indexes);

    [Fact]
    public void The_user_s_choice_comes_first() =>
        Assert.Equal([1], Select(Inputs.Floats(1) with { Channels = ["acc_z"] }, "channels=acc_y").Indexes);

    [Fact]
    public void An_input_of_another_length_is_refused_with_the_names_to_choose_from()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Select(Inputs.Floats(3)));
        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
        Assert.Contains("acc_x+acc_y+acc_z", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_are_SI_unless_the_program_or_the_user_says_otherwise()
    {
        Assert.Equal(["m/s2", "m/s2", "m/s2", "rad/s", "rad/s", "rad/s"], Names(Select(Inputs.Floats(6))));
        Assert.Equal("g", Names(Select(Inputs.Floats(6) with { Unit = "g, °/s" }))[0]);
        Assert.Equal("deg/s", Names(Select(Inputs.Floats(6) with { Unit = "g, °/s" }))[5]);
        Assert.Equal("mg", Names(Select(Inputs.Floats(6) with { Unit = "g" }, "units=mg+deg/s"))[0]);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_unit_of_the_program_that_is_not_known_is_said()
    {
        Select(Inputs.Floats(6) with { Unit = "furlong" });
        Assert.Contains("'furlong'", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("channels=acc_w", "there is no channel 'acc_w'")]
    [InlineData("units=furlong", "there is no unit 'furlong'")]
    public void Names_that_do_not_exist_are_refused(string option, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => Select(Inputs.Floats(6), option));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static string[] Names(ChannelSelection selection) => [.. selection.Units.Select(unit => unit.Name)];

    private ChannelSelection Select(InputInfo input, params string[] options) =>
        ChannelSelection.Of("test", Channels, 6, new EndpointOptions("test", options), input, _warnings.Add);
}
