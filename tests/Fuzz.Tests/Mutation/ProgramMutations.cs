using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Changes what a program file says and signs it anew, so that the checksum does not end the matter.</summary>
internal static class ProgramMutations
{
    public static byte[] Damage(byte[] sound, Random random)
    {
        var headerBytes = (int)BinaryPrimitives.ReadInt64LittleEndian(sound);
        var header = JsonNode.Parse(sound.AsSpan(8, headerBytes))!.AsObject();
        var data = sound.AsSpan(8 + headerBytes).ToArray();
        var metadata = header["__metadata__"]!.AsObject();
        var program = (string)metadata[ProgramChecksum.ProgramKey]!;
        switch (random.Next(8))
        {
            case 0:
                data = ByteMutations.Damage(data, random);
                break;
            case 1:
                header = JsonMutations.Damage(header, random).AsObject();
                break;
            default:
                program = JsonMutations.Damage(JsonNode.Parse(program)!, random).ToJsonString();
                break;
        }

        if (header["__metadata__"] is JsonObject signed)
        {
            signed[ProgramChecksum.ProgramKey] = program;
            signed[ProgramChecksum.ChecksumKey] = ProgramChecksum.Compute(program, data);
        }

        return File(header, data);
    }

    private static byte[] File(JsonObject header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padding = (ProgramSpec.Alignment - ((8 + text.Length) % ProgramSpec.Alignment)) % ProgramSpec.Alignment;
        var file = new byte[8 + text.Length + padding + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length + padding);
        text.CopyTo(file, 8);
        file.AsSpan(8 + text.Length, padding).Fill((byte)' ');
        data.CopyTo(file, 8 + text.Length + padding);
        return file;
    }
}
