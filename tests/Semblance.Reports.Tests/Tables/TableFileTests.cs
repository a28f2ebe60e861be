using Semblance.Reports.Figures;
using Semblance.Reports.Tables;

namespace Semblance.Reports.Tests.Tables;

public sealed class TableFileTests
{
    private static readonly DataTable Table = new(
        ["Model", "Mean", "Count"],
        [
            ["a_b & 100% \\ {x}", -1.234, 3],
            ["pipe | <b> *star* @me", null, 4],
        ]
    );

    [Fact]
    public void Latex_has_rules_of_booktabs_and_no_command_from_a_name() =>
        Assert.Equal(
            """
            % needs \usepackage{booktabs}
            \begin{table}
              \centering
              \caption{50\% of \_all\_}
              \label{tab:x}
              \begin{tabular}{lrr}
                \toprule
                Model & Mean & Count \\
                \midrule
                a\_b \& 100\% \textbackslash{} \{x\} & $-1.23$ & 3 \\
                pipe \textbar{} \textless{}b\textgreater{} *star* @me &  & 4 \\
                \bottomrule
              \end{tabular}
            \end{table}

            """,
            LatexTable.Of(Table, "50% of _all_", "x")
        );

    [Fact]
    public void Markdown_reads_names_as_text() =>
        Assert.Equal(
            """
            | Model | Mean | Count |
            | --- | ---: | ---: |
            | a\_b &amp; 100% \\ {x} | -1.23 | 3 |
            | pipe \| &lt;b&gt; \*star\* &#64;me |  | 4 |

            """,
            MarkdownTable.Of(Table)
        );

    [Fact]
    public void Csv_has_every_digit() =>
        Assert.Equal("Model,Mean,Count\na_b & 100% \\ {x},-1.234,3\npipe | <b> *star* @me,,4\n", CsvFile.Of(Table));
}
