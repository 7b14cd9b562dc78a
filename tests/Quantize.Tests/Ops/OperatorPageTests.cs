using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Quantize.Ops;

namespace EdgeSeq.Quantize.Tests.Ops;

public class OperatorPageTests
{
    [Fact]
    public void The_page_of_operators_is_up_to_date()
    {
        var path = Path.Combine(Repository.Root, "docs", "operators.md");
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            File.WriteAllText(path, OperatorPage.Text(OpTable.Default));
        Assert.Equal(OperatorPage.Text(OpTable.Default), File.ReadAllText(path));
    }
}
