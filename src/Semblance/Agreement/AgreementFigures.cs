namespace Semblance.Agreement;

/// <summary>All figures of some raters' votes.</summary>
/// <param name="People">Among raters.</param>
/// <param name="Encoders">Against each encoder's score.</param>
public sealed record AgreementFigures(PeopleAgreement People, IReadOnlyList<EncoderAgreement> Encoders);
