Console.WriteLine("semblance");
