using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using static EdgeSeq.Runtime.Definitions.Ops.RecurrentDefinitions;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>An activation of a recurrent layer: an elementwise function, or one of the two that ONNX has for these layers only.</summary>
internal readonly record struct GateActivation(string Name, Activation Function)
{
    /// <summary>Reads activations, alpha and beta (one of each for each gate function).</summary>
    public static GateActivation[] ReadAll(OpReader reader)
    {
        var names = reader.Texts("activations");
        var alphas = reader.Has("alpha") ? reader.Floats("alpha") : null;
        var betas = reader.Has("beta") ? reader.Floats("beta") : null;
        var activations = new GateActivation[names.Length];
        for (var i = 0; i < activations.Length; i++)
            activations[i] = Read(names[i], alphas?[i], betas?[i]);
        return activations;
    }

    /// <summary>Whether this is the plain function of that name.</summary>
    public bool Is(UnaryFunction function) => Function.Function == function && Name == function.ToString();

    /// <summary>In place.</summary>
    public void Apply(Span<float> x)
    {
        var kernels = KernelSets.Active;
        switch (Name)
        {
            case Affine:
                kernels.Binary(BinaryFunction.Mul, x, [Function.Alpha], x);
                kernels.Binary(BinaryFunction.Add, x, [Function.Beta], x);
                break;
            case ScaledTanh:
                kernels.Binary(BinaryFunction.Mul, x, [Function.Beta], x);
                kernels.Unary(UnaryFunction.Tanh, x, x);
                kernels.Binary(BinaryFunction.Mul, x, [Function.Alpha], x);
                break;
            default:
                Function.Apply(x, x);
                break;
        }
    }

    private static GateActivation Read(string name, float? alpha, float? beta)
    {
        var function = name is Affine or ScaledTanh ? UnaryFunction.Tanh : Enum.Parse<UnaryFunction>(name);
        var (defaultAlpha, defaultBeta) = name is Affine or ScaledTanh ? (1, name == ScaledTanh ? 1 : 0) : Activation.Defaults(function);
        return new GateActivation(name, new Activation(function, alpha ?? defaultAlpha, beta ?? defaultBeta));
    }
}
