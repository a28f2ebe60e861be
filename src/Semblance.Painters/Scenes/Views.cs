namespace Semblance.Painters.Scenes;

/// <summary>How a setting is usually looked at.</summary>
internal static class Views
{
    /// <summary>Share of the height from the top at which sky and ground meet.</summary>
    public static float Horizon(Setting setting) =>
        setting switch
        {
            Setting.Sea => 0.6f,
            Setting.Desert => 0.62f,
            Setting.City => 0.68f,
            Setting.Forest => 0.66f,
            Setting.Mountains => 0.7f,
            Setting.Table => 0.6f,
            _ => 0.6f,
        };
}
