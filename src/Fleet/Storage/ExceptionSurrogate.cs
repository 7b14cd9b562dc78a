using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Storage;

/// <summary>How an error travels between silos.</summary>
[GenerateSerializer, Alias("edgeseq.error")]
internal struct ExceptionSurrogate
{
    [Id(0)]
    public int Code;

    [Id(1)]
    public string Message;

    [Id(2)]
    public string? Hint;
}

/// <inheritdoc cref="ExceptionSurrogate"/>
[RegisterConverter]
internal sealed class ExceptionConverter : IConverter<EdgeSeqException, ExceptionSurrogate>
{
    public EdgeSeqException ConvertFromSurrogate(in ExceptionSurrogate surrogate)
    {
        var number = surrogate.Code;
        return new EdgeSeqException(ErrorCodes.All.First(code => code.Number == number), surrogate.Message, surrogate.Hint);
    }

    public ExceptionSurrogate ConvertToSurrogate(in EdgeSeqException value) =>
        new() { Code = value.Code.Number, Message = value.Message, Hint = value.Hint };
}
