namespace Semblance.Models.Diffusion.Lora;

/// <summary>What a tensor of a LoRA file is to its module.</summary>
internal enum LoraPart
{
    /// <summary>The thin matrix that is applied first, A.</summary>
    Down,

    /// <summary>The thin matrix that is applied second, B.</summary>
    Up,

    /// <summary>LoCon: the core between both, of a Tucker decomposition of a convolution.</summary>
    Middle,

    /// <summary>The number that, divided by the rank, multiplies the change.</summary>
    Alpha,

    /// <summary>The lengths of the rows of DoRA (Liu et al., arXiv 2402.09353), as peft writes them.</summary>
    Magnitude,

    /// <summary>The same as LyCORIS and kohya write them, where they may be lengths of columns.</summary>
    Scale,

    /// <summary>The change of the weight itself, as large as the weight.</summary>
    Whole,

    /// <summary>The change of the bias.</summary>
    WholeBias,

    /// <summary>LoHa: left factor of the first matrix.</summary>
    Hada1A,

    /// <summary>LoHa: right factor of the first matrix.</summary>
    Hada1B,

    /// <summary>LoHa: core of the first matrix.</summary>
    Hada1Core,

    /// <summary>LoHa: left factor of the second matrix.</summary>
    Hada2A,

    /// <summary>LoHa: right factor of the second matrix.</summary>
    Hada2B,

    /// <summary>LoHa: core of the second matrix.</summary>
    Hada2Core,

    /// <summary>LoKr: the coarse matrix, in one piece.</summary>
    Kron1,

    /// <summary>LoKr: left factor of the coarse matrix.</summary>
    Kron1A,

    /// <summary>LoKr: right factor of the coarse matrix.</summary>
    Kron1B,

    /// <summary>LoKr: the fine matrix, in one piece.</summary>
    Kron2,

    /// <summary>LoKr: left factor of the fine matrix.</summary>
    Kron2A,

    /// <summary>LoKr: right factor of the fine matrix.</summary>
    Kron2B,

    /// <summary>LoKr: core of the fine matrix.</summary>
    Kron2Core,
}
