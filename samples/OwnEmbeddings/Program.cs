using Semblance.Consistency;

// Three embeddings of two numbers each, one after another. Their lengths do not matter, only their directions.
float[] embeddings = [1, 0, 3, 4, 4, 3];

var score = ConsistencyScore.Of(embeddings, dimension: 2);

Console.WriteLine($"SCS {score.Scs:F2}, standard error {score.StandardError:F2}, {score.Images} images");
