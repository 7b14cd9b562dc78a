using System.Text;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>What came in, the features, what went out and what was decided, one below the other on one time axis.</summary>
internal static class TimelineSection
{
    private const int Left = 110, CurveHeight = 90, PictureHeight = 130, EventHeight = 22, Gap = 26, Right = Left + Timeline.Columns;

    public static string Of(Timeline timeline)
    {
        var plot = new Plot(timeline);
        foreach (var curves in timeline.Inputs)
            plot.Curves(curves);

        foreach (var picture in timeline.Features)
            plot.Picture(picture);

        foreach (var picture in timeline.WideOutputs)
            plot.Picture(picture);

        foreach (var curves in timeline.Outputs)
            plot.Curves(curves);

        plot.Events(timeline.Events);
        return "<h2>From the samples to the outputs</h2>\n"
            + Figure("The first recording on one time axis", plot.End(), "Outputs and decisions are the program's; features are ONNX "
            + "Runtime's.");
    }

    private sealed class Plot(Timeline timeline)
    {
        private readonly StringBuilder _text = new();

        /// <summary>Steps, or seconds where the rate is known.</summary>
        private readonly double _unit = timeline.StepsPerSecond ?? 1;

        private double _top = Gap;

        public void Curves(TimelineCurves curves)
        {
            var all = curves.Curves.SelectMany(curve => curve.Least.Concat(curve.Largest)).Where(float.IsFinite).ToArray();
            if (all.Length == 0)
                return;

            double least = all.Min(), largest = all.Max();
            var y = new Axis(curves.Name, least, largest > least ? largest : least + 1, _top + CurveHeight, _top, 30);
            Title(curves.Name, CurveHeight);
            foreach (var tick in y.Ticks())
            {
                _text.Append(Text(
                    $"<path class=\"grid\" d=\"M{Left} {y.At(tick):0.0}H{Right}\"/><text x=\"{Left - 6}\" y=\"{y.At(tick) + 4:0.0}\" ")
                        + Text($"text-anchor=\"end\">{Svg.Number(tick)}</text>"));
            }

            for (var i = 0; i < curves.Curves.Count; i++)
                Curve(curves.Curves[i], y, curves.Curves.Count == 1 ? null : 360.0 * i / curves.Curves.Count);

            _top += CurveHeight + Gap;
        }

        public void Picture(TimelinePicture picture)
        {
            if (picture.Rows.Length == 0)
                return;

            Title(picture.Name, PictureHeight);
            var range = picture.IsLogarithmic ? Text($"10^{picture.From:0.0} to 10^{picture.To:0.0}") : Text($"{picture.From:g3} to ")
                + Text($"{picture.To:g3}");
            _text.Append(Text(
                $"<image x=\"{Left}\" y=\"{_top}\" width=\"{Timeline.Columns}\" height=\"{PictureHeight}\" ")
                    + Text($"preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" ")
                    + Text($"href=\"{PngPicture.Address(picture.Rows)}\"/>"));
            _text.Append(Text($"<text x=\"{Left - 6}\" y=\"{_top + 10}\" text-anchor=\"end\">{picture.Values - 1}</text>"));
            _text.Append(Text($"<text x=\"{Left - 6}\" y=\"{_top + PictureHeight}\" text-anchor=\"end\">0</text>"));
            _text.Append(Text($"<text x=\"{Right}\" y=\"{_top - 4}\" text-anchor=\"end\">{range}</text>"));
            _top += PictureHeight + Gap;
        }

        /// <summary>A line a name.</summary>
        public void Events(IReadOnlyList<TimelineEvent> events)
        {
            foreach (var named in events.GroupBy(each => each.Name))
            {
                Title(named.Key, EventHeight);
                foreach (var each in named)
                {
                    _text.Append(Text(
                        $"<rect class=\"event\" x=\"{X(each.From):0.0}\" y=\"{_top}\" ")
                            + Text($"width=\"{Math.Max(1, X(each.To) - X(each.From)):0.0}\" ")
                            + Text($"height=\"{EventHeight}\"><title>{Encoded(named.Key)}: {each.From / _unit:0.###} to ")
                            + Text($"{each.To / _unit:0.###}</title></rect>"));
                }

                _top += EventHeight + Gap;
            }
        }

        public string End()
        {
            var x = new Axis(timeline.StepsPerSecond is null ? "step of the recording" : "seconds", 0, timeline.Steps / _unit, Left,
                Right, 80);
            var bottom = (int)_top;
            return Svg.Frame(Right + 20, bottom + 44, "timeline", Svg.XTicks(x, Gap, bottom) + _text);
        }

        private double X(double step) => Left + Math.Clamp(step / timeline.Steps, 0, 1) * Timeline.Columns;

        private void Title(string name, int height) => _text.Append(Text(
            $"<text class=\"name\" transform=\"translate(20 {_top + height / 2.0:0}) rotate({(height < 60 ? 0 : -90)})\" ")
                + Text($"text-anchor=\"middle\">{Encoded(Short(name))}</text>"));

        /// <summary>From the least to the largest of each column, each joined to the one before.</summary>
        private void Curve(TimelineCurve curve, Axis y, double? hue)
        {
            var path = new StringBuilder();
            for (var column = 0; column < Timeline.Columns; column++)
            {
                if (float.IsNaN(curve.Least[column]))
                    continue;

                path.Append(Text(
                    $"{(path.Length == 0 ? 'M' : 'L')}{Left + column} {y.At(curve.Least[column]):0.0}V{y.At(curve.Largest[column]):0.0}"));
            }

            var colour = hue is double turn ? Text($" style=\"stroke:hsl({turn:0} 65% 50%)\"") : "";
            _text.Append(Text($"<path class=\"line\"{colour} d=\"{path}\"><title>{Encoded(curve.Name)}</title></path>"));
        }

        private static string Short(string name) => name.Length <= 18 ? name : $"…{name[^17..]}";
    }
}
