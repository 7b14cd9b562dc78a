namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Gives a damaged copy of a sound file; the same random numbers give the same copy.</summary>
internal delegate byte[] Mutator(byte[] sound, Random random);
