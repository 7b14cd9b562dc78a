namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Who else does the step of a row, beside EdgeSeq and in the same rounds.</summary>
internal interface IPeers
{
    Row Linear(Row row, int rows, int columns, int vectors, bool int8);

    Row Lstm(Row row, int input, int hidden);

    Row Gru(Row row, int input, int hidden);

    Row DecodeLayer(Row row, DecodeShape shape);
}
