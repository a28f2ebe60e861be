using QRCoder;

namespace Semblance.Cli.Terminal;

/// <summary>A QR code of half blocks, for a terminal with a dark or a light ground alike.</summary>
internal static class QrText
{
    public static string Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var drawing = new AsciiQRCode(code);
        return drawing.GetGraphicSmall() + "\n";
    }
}
